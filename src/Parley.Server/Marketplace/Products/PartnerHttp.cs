using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

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
}

/// <summary>Posts JSON to banks, clients and suppliers; tells apart what was certainly not sent from what may have been.</summary>
public sealed class PartnerHttp(TimeProvider time) : IDisposable
{
    private const int LargestAnswer = 64 << 10;
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = ConnectWithin,
        // A connection that the other side may be closing would make an outcome uncertain for nothing.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
        MaxConnectionsPerServer = 256,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 16,
    });

    public void Dispose() => _http.Dispose();

    /// <summary>Posts; whatever happens is an answer. The time limit runs from the beginning, connecting included.</summary>
    public async Task<PartnerAnswer> Post(
        Partner to, string path, byte[] body, TimeSpan within, CancellationToken cancel)
    {
        var content = new WatchedContent(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, to.Url + path) { Content = content };
        Authorise(request, to, body);
        using var limit = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            var answer = await Read(response, either.Token);
            return new(CallOutcome.Answered, (int)response.StatusCode, answer ?? [], answer is null ? "too large" : "");
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            var why = limit.IsCancellationRequested ? $"no answer within {within.TotalSeconds:0} s" : error.Message;
            return new(content.Begun ? CallOutcome.Uncertain : CallOutcome.NotSent, 0, [], why);
        }
    }

    private static void Authorise(HttpRequestMessage request, Partner to, byte[] body)
    {
        if (to.Bearer.Length > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", to.Bearer);
        else if (to.User.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{to.User}:{to.Password}")));
        if (to.SignatureSecret.Length > 0)
            request.Headers.TryAddWithoutValidation(
                "Signature",
                Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(to.SignatureSecret), body)));
    }

    private static async Task<byte[]?> Read(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = ArrayPool<byte>.Shared.Rent(LargestAnswer + 1);
        try
        {
            var length = await stream.ReadAtLeastAsync(buffer, LargestAnswer + 1, throwOnEndOfStream: false, cancel);
            return length > LargestAnswer ? null : buffer[..length];
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

        public WatchedContent(byte[] body)
        {
            _body = body;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
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
