using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace Parley.Server.Marketplace.Products;

/// <summary>What became of a call to a partner.</summary>
public enum CallOutcome
{
    /// <summary>There is an answer.</summary>
    Answered,

    /// <summary>Nothing of the body was sent: the partner certainly did nothing.</summary>
    NotSent,

    /// <summary>It may have been sent: the partner may have done everything.</summary>
    Uncertain,
}

/// <summary>The answer of a partner; <see cref="Body"/> is empty when there is none or it is too large.</summary>
public sealed record PartnerAnswer(CallOutcome Outcome, int Status, byte[] Body, string Error)
{
    public bool Accepted => Outcome == CallOutcome.Answered && Status is >= 200 and < 300;

    /// <summary>Null without an answer.</summary>
    public HttpResponseHeaders? Headers { get; init; }
}

/// <summary>What a partner is asked.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Path">What follows the partner's address.</param>
/// <param name="Body">JSON; null for none.</param>
public sealed record PartnerCall(HttpMethod Method, string Path, byte[]? Body = null)
{
    /// <summary>Octets of the answer; more is no answer.</summary>
    public int LargestAnswer { get; init; } = 64 << 10;
}

/// <summary>Calls banks, clients and suppliers; tells apart what was certainly not sent from what may have been.</summary>
public sealed class PartnerHttp(TimeProvider time, ILogger<PartnerHttp> log) : IDisposable
{
    private readonly PartnerConnections _connections = new(time, log);
    private readonly PartnerTokens _tokens = new(time);

    public PartnerHttp(TimeProvider time) : this(time, NullLogger<PartnerHttp>.Instance)
    {
    }

    /// <summary>What is wrong with a partner's files; null when they can be used.</summary>
    public static string? Problem(PartnerTls tls) => PartnerConnections.Problem(tls);

    public void Dispose() => _connections.Dispose();

    /// <summary>Posts JSON; see <see cref="Send"/>.</summary>
    public Task<PartnerAnswer> Post(
        Partner to, string path, byte[] body, TimeSpan within, CancellationToken cancel) =>
        Send(to, new(HttpMethod.Post, path, body), within, cancel);

    /// <summary>
    /// Calls; whatever happens is an answer. The time limit runs from the beginning, connecting and the fetch of a token
    /// included. A fetched token that is refused with 401 is fetched once more and the call repeated: who answers 401
    /// has not looked at the body.
    /// </summary>
    public async Task<PartnerAnswer> Send(Partner to, PartnerCall call, TimeSpan within, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        var answer = to.OAuth is { } oauth
            ? await WithToken(to, oauth, call, either.Token) : await Once(to, call, to.Bearer, either.Token);
        return answer.Outcome == CallOutcome.Answered || !limit.IsCancellationRequested
            ? answer : answer with { Error = $"no answer within {within.TotalSeconds:0} s" };
    }

    private async Task<PartnerAnswer> WithToken(
        Partner to, PartnerOAuth oauth, PartnerCall call, CancellationToken cancel)
    {
        if (await Token(to, oauth, cancel) is not { } token)
            return new(CallOutcome.NotSent, 0, [], "the token endpoint gave no token");
        var answer = await Once(to, call, token, cancel);
        if (answer is not { Outcome: CallOutcome.Answered, Status: 401 }) return answer;
        _tokens.Forget(oauth, token);
        return await Token(to, oauth, cancel) is { } fresh && fresh != token
            ? await Once(to, call, fresh, cancel) : answer;
    }

    private async Task<string?> Token(Partner to, PartnerOAuth oauth, CancellationToken cancel)
    {
        try
        {
            return await _tokens.Of(oauth, _connections.To(to), cancel);
        }
        catch (Exception error) when (IsTrouble(error))
        {
            return null;
        }
    }

    private async Task<PartnerAnswer> Once(Partner to, PartnerCall call, string bearer, CancellationToken cancel)
    {
        var content = new WatchedContent(call.Body);
        using var request = new HttpRequestMessage(call.Method, to.Url + call.Path);
        if (call.Method != HttpMethod.Get) request.Content = content;
        Authorise(request, to, bearer, call.Body ?? []);
        try
        {
            using var response = await _connections.To(to).SendAsync(request, cancel);
            var answer = await Read(response, call.LargestAnswer, cancel);
            return new(CallOutcome.Answered, (int)response.StatusCode, answer ?? [], answer is null ? "too large" : "")
            {
                Headers = response.Headers,
            };
        }
        catch (Exception error) when (IsTrouble(error))
        {
            return new(content.Begun ? CallOutcome.Uncertain : CallOutcome.NotSent, 0, [], error.Message);
        }
    }

    private static bool IsTrouble(Exception error) => error is HttpRequestException or IOException
        or OperationCanceledException or UnauthorizedAccessException or CryptographicException;

    private static void Authorise(HttpRequestMessage request, Partner to, string bearer, byte[] body)
    {
        if (bearer.Length > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        else if (to.User.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{to.User}:{to.Password}")));
        if (to.ApiKey is { } key) request.Headers.TryAddWithoutValidation(key.Header, key.Value);
        if (to.SignatureSecret.Length > 0)
            request.Headers.TryAddWithoutValidation(
                "Signature",
                Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(to.SignatureSecret), body)));
    }

    private static async Task<byte[]?> Read(HttpResponseMessage response, int largest, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = ArrayPool<byte>.Shared.Rent(largest + 1);
        try
        {
            var length = await stream.ReadAtLeastAsync(
                buffer.AsMemory(0, largest + 1), largest + 1, throwOnEndOfStream: false, cancel);
            return length > largest ? null : buffer[..length];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Remembers whether the body began to leave. Headers alone make nobody act.</summary>
    private sealed class WatchedContent : HttpContent
    {
        private readonly byte[] _body;

        public WatchedContent(byte[]? body)
        {
            _body = body ?? [];
            if (body is not null) Headers.ContentType = new("application/json");
        }

        public bool Begun { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            Begun = true;
            return stream.WriteAsync(_body, cancellationToken).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _body.Length;
            return true;
        }
    }
}
