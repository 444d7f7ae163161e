using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Parley.Tests.Server.Web;

namespace Parley.Tests.Server.Marketplace.Products;

/// <summary>A bank that asks for a client certificate and answers with its subject.</summary>
internal sealed class TlsBank : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly int _port = Ports.Free();

    private TlsBank(CertificateMaker own)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(_port, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = X509CertificateLoader.LoadPkcs12FromFile(own.Pfx, "");
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
        })));
        _app = builder.Build();
        _app.MapPost("/reserve", async (HttpContext context) =>
        {
            // A connection a call: each shows the certificate of its moment.
            context.Response.Headers.Connection = "close";
            return Results.Text((await context.Connection.GetClientCertificateAsync())?.Subject ?? "none");
        });
    }

    public string Url => $"https://localhost:{_port}";

    public static async Task<TlsBank> Start(CertificateMaker own)
    {
        var bank = new TlsBank(own);
        await bank._app.StartAsync();
        return bank;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
