namespace Parley.Server.Provisioning;

/// <summary>What is provisioned at the start. Key <c>Provision</c> (<c>--provision file.yaml</c>).</summary>
public sealed record ProvisioningOptions
{
    /// <summary>The file applied at every start; empty leaves what the database has.</summary>
    public string File { get; init; } = "";

    public static ProvisioningOptions From(IConfiguration configuration) => new() { File = configuration["Provision"] ?? "" };

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems()
    {
        if (File.Length == 0) yield break;
        var file = new FileInfo(File);
        if (!file.Exists) yield return $"Provision: there is no file {File}";
        else if (file.Length > ProvisioningFile.MaxBytes)
            yield return $"Provision: {File} is larger than {ProvisioningFile.MaxBytes} bytes";
    }
}
