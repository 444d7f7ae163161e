using Route = Parley.Server.Channels.Messages.Route;

namespace Parley.Server.Provisioning;

/// <summary>Reads one of <c>routes</c>, after the tenants and carriers that it refers to.</summary>
internal static class RouteReader
{
    public static Route Read(Section section, Names names)
    {
        var name = section.Required("name", Names.MaxLength);
        names.Take("the route", name, section.PathOf("name"), section.LineOf("name"));
        Names.Reserve(section, name);
        var tenant = Tenant(section, names);
        var route = new Route(
            name,
            tenant,
            Sender(section, tenant, names),
            Prefix(section),
            section.Int("priority", 0, 1_000, 100),
            section.Int("weight", 1, 1_000, 1),
            Carrier(section, names));
        section.End();
        return route;
    }

    private static string? Tenant(Section section, Names names)
    {
        var text = section.Text("tenant", Names.MaxLength);
        if (text.Length == 0) return null;
        if (names.TenantIds.TryGetValue(text, out var id)) return id;
        section.Problem("tenant", $"there is no tenant '{text}'");
        return null;
    }

    private static string? Sender(Section section, string? tenant, Names names)
    {
        var text = section.Text("sender", 60);
        if (text.Length == 0) return null;
        var address = SenderReader.Address(text, section.PathOf("sender"), section.LineOf("sender"), section.Findings);
        if (address.Length > 0 && !names.Noted(SenderReader.SenderOf(tenant ?? "", address)))
            section.Problem("sender", $"'{address}' is no sender of any integration{(tenant is null ? "" : " of the tenant")}");
        return address;
    }

    private static string Prefix(Section section)
    {
        var text = section.Text("prefix", 60);
        var digits = text.StartsWith('+') ? text[1..] : text;
        if (digits.Length <= SenderReader.MaxDigits && digits.All(char.IsAsciiDigit)) return digits;
        section.Problem("prefix", $"must be at most {SenderReader.MaxDigits} digits");
        return "";
    }

    private static string Carrier(Section section, Names names)
    {
        var name = section.Required("carrier", Names.MaxLength);
        if (name.Length > 0 && !names.Carriers.Contains(name)) section.Problem("carrier", $"there is no carrier '{name}'");
        return name;
    }
}
