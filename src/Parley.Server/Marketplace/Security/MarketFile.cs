namespace Parley.Server.Marketplace.Security;

/// <summary>A reply that is a file; it is disposed when it was sent.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="Type">Its content type.</param>
/// <param name="Name">What it is saved as: visible ASCII without quotes.</param>
/// <param name="Hash">The SHA-256 of its bytes, in hexadecimal digits.</param>
internal sealed record MarketFile(Stream Content, string Type, string Name, string Hash)
{
    public async Task Send(HttpContext context)
    {
        await using var content = Content;
        var headers = context.Response.Headers;
        context.Response.ContentType = Type;
        context.Response.ContentLength = content.Length;
        headers.ContentDisposition = $"attachment; filename=\"{Name}\"";
        // RFC 9530 §3.
        headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(Hash))}:";
        await content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
