namespace Parley.Tests.House;

/// <summary>
/// Who may call whom. A folder may always use itself, and only the edges listed here lead out of it; a new line is
/// reviewed. The table in docs/architecture.md is this one.
/// </summary>
internal static class AllowedEdges
{
    /// <summary>Stands for every folder: only the composition root needs it.</summary>
    public const string Anything = "(anything)";

    public static readonly (string From, string[] To)[] Table =
    [
        ("Parley.Smpp", ["Parley.Smpp.Pdus"]),
        ("Parley.Smpp.Pdus", ["Parley.Smpp"]),
        ("Parley.Smpp.Text", ["Parley.Smpp"]),
        ("Parley.Platform", []),
        ("Parley.Ledger", ["Parley.Platform"]),
        ("Parley.Sandbox", ["Parley.Smpp"]),
        ("Parley.Server", [Anything]),
        ("Parley.Server.Web", ["Parley.Platform", "Parley.Server.Tenants"]),
        ("Parley.Server.Tenants", ["Parley.Platform"]),
        ("Parley.Server.Channels.Carriers", ["Parley.Platform", "Parley.Smpp"]),
        ("Parley.Server.Channels.Messages",
            ["Parley.Platform", "Parley.Smpp.Text", "Parley.Server.Channels.Carriers", "Parley.Server.Tenants"]),
        // SmsContent, the value a new message carries down to the carriers, is declared there.
        ("Parley.Server.Channels.OneApi",
            ["Parley.Platform", "Parley.Server.Channels.Carriers", "Parley.Server.Channels.Messages",
                "Parley.Server.Tenants", "Parley.Server.Web"]),
        ("Parley.Server.Channels.SmsApi",
            ["Parley.Platform", "Parley.Server.Channels.Carriers", "Parley.Server.Channels.Messages",
                "Parley.Server.Tenants", "Parley.Server.Web"]),
        ("Parley.Server.Channels.LegacyApi",
            ["Parley.Platform", "Parley.Server.Channels.Carriers", "Parley.Server.Channels.Messages",
                "Parley.Server.Tenants", "Parley.Server.Web"]),
        ("Parley.Server.Channels.SmppServer",
            ["Parley.Platform", "Parley.Smpp", "Parley.Server.Channels.Carriers", "Parley.Server.Channels.Messages",
                "Parley.Server.Tenants"]),
        ("Parley.Server.Channels.OptOuts",
            ["Parley.Platform", "Parley.Server.Channels.Carriers", "Parley.Server.Channels.Messages",
                "Parley.Server.Tenants", "Parley.Server.Web"]),
        ("Parley.Server.Channels.Numbers",
            ["Parley.Platform", "Parley.Server.Channels.Messages", "Parley.Server.Tenants", "Parley.Server.Web"]),
        ("Parley.Server.Channels.Billing",
            ["Parley.Platform", "Parley.Ledger", "Parley.Server.Channels.Messages", "Parley.Server.Channels.Numbers",
                "Parley.Server.Tenants", "Parley.Server.Web"]),
        ("Parley.Server.Marketplace",
            ["Parley.Platform", "Parley.Ledger", "Parley.Server.Channels.Carriers", "Parley.Server.Channels.Messages",
                "Parley.Server.Marketplace.Products", "Parley.Server.Marketplace.Terms",
                "Parley.Server.Marketplace.Banks", "Parley.Server.Marketplace.Suppliers", "Parley.Server.Tenants",
                "Parley.Server.Web"]),
        ("Parley.Server.Marketplace.Products",
            ["Parley.Platform", "Parley.Server.Web"]),
        ("Parley.Server.Marketplace.Terms", ["Parley.Server.Marketplace.Products"]),
        ("Parley.Server.Marketplace.Banks", ["Parley.Server.Marketplace.Products"]),
        ("Parley.Server.Marketplace.Suppliers",
            ["Parley.Platform", "Parley.Server.Marketplace.Products", "Parley.Server.Tenants"]),
        ("Parley.Server.Webhooks", ["Parley.Platform", "Parley.Server.Channels.Messages", "Parley.Server.Tenants"]),
        ("Parley.Server.Provisioning",
            ["Parley.Platform", "Parley.Server.Channels.Billing", "Parley.Server.Channels.Carriers",
                "Parley.Server.Channels.Messages", "Parley.Server.Channels.Numbers", "Parley.Server.Channels.OptOuts",
                "Parley.Server.Marketplace.Products", "Parley.Server.Marketplace.Suppliers",
                "Parley.Server.Tenants"]),
        ("Parley.Server.Operations",
            ["Parley.Platform", "Parley.Ledger", "Parley.Server.Channels.Carriers", "Parley.Server.Channels.Messages",
                "Parley.Server.Channels.SmppServer", "Parley.Server.Marketplace", "Parley.Server.Tenants",
                "Parley.Server.Web", "Parley.Server.Webhooks"]),
    ];

    /// <summary>The table as docs/architecture.md prints it.</summary>
    public static string Markdown() =>
        "| Folder | may use |\n| --- | --- |\n" + string.Concat(Table.Select(line =>
            $"| {line.From} | {(line.To.Length == 0 ? "nothing of ours" : string.Join(", ", line.To))} |\n"));
}
