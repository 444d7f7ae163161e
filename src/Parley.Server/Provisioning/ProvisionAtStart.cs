using System.Text;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Provisioning;

/// <summary>
/// The start's steps, in this order: <see cref="ApplyFile"/>; the demo world by <see cref="ApplyDemo"/> while <see cref="HasCarriers"/> says no and
/// the sandbox may run, else <see cref="RemoveDemo"/>; then <see cref="LoadProvisioning"/>.
/// </summary>
public sealed class ProvisionAtStart(
    ProvisioningOptions options, Database database, ApplyProvisioning apply, MarketEntryStore market)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Applies the file that the options name; null when they name none.</summary>
    /// <exception cref="ProvisioningRefused">The file has problems; nothing was applied.</exception>
    public async Task<ProvisioningSummary?> ApplyFile(CancellationToken cancel)
    {
        if (options.File.Length == 0) return null;
        var parsed = Read(await File.ReadAllBytesAsync(options.File, cancel));
        if (parsed.Document is not { } document) throw new ProvisioningRefused(options.File, parsed.Problems);
        // The demo world stays beside a file without carriers; it is not the file's to remove.
        var stored = await StoredProvisioning.Read(database, market, cancel);
        return await apply.Run(document.Carriers.Count == 0 ? DemoProvisioning.Keep(stored, document) : document, cancel);
    }

    /// <summary>True when a real carrier is provisioned: then there is no demo world.</summary>
    public Task<bool> HasCarriers(CancellationToken cancel) =>
        database.Read(c => CarrierStore.All(c).Any(carrier => carrier.Id != DemoProvisioning.CarrierId), cancel);

    /// <summary>Puts the demo world beside what is provisioned already.</summary>
    public async Task<ProvisioningSummary> ApplyDemo(DemoWorld demo, CancellationToken cancel) =>
        await apply.Run(DemoProvisioning.AddTo(await StoredProvisioning.Read(database, market, cancel), demo), cancel);

    /// <summary>Takes the demo world away when it is there.</summary>
    public async Task<ProvisioningSummary> RemoveDemo(CancellationToken cancel) =>
        await apply.Run(DemoProvisioning.Without(await StoredProvisioning.Read(database, market, cancel)), cancel);

    private ParsedProvisioning Read(byte[] bytes)
    {
        try
        {
            return ProvisioningFile.Parse(Strict.GetString(bytes), Path.GetFileName(options.File), Environment.GetEnvironmentVariable);
        }
        catch (DecoderFallbackException)
        {
            return new(null, [$"{Path.GetFileName(options.File)}: is not UTF-8"]);
        }
    }
}
