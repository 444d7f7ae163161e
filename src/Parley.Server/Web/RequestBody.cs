using System.Buffers;

namespace Parley.Server.Web;

/// <summary>Reads a request's body whole, up to a limit.</summary>
public static class RequestBody
{
    /// <summary>The octets, or null when there are more than <paramref name="most"/>.</summary>
    /// <exception cref="BadHttpRequestException">The connection broke, or the body came too slowly.</exception>
    public static async ValueTask<byte[]?> Read(HttpRequest request, int most, CancellationToken cancel)
    {
        if (request.ContentLength > most) return null;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancel);
            if (read.Buffer.Length > most)
            {
                // Given back, so that the rest can be drained and the answer gets out.
                request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                return null;
            }
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }
            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
