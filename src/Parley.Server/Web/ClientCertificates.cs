namespace Parley.Server.Web;

/// <summary>
/// Whether HTTPS asks callers for a certificate. It does while some door needs one of somebody; who shows none may go on, and
/// which certificates are good is the door's to say.
/// </summary>
public sealed class ClientCertificates
{
    private volatile Func<bool> _wanted = static () => false;

    /// <summary>What holds for the next handshake.</summary>
    public bool Wanted => _wanted();

    /// <summary>Asks while the condition holds; it is looked at in each handshake and must be quick.</summary>
    public void AskWhile(Func<bool> wanted) => _wanted = wanted;
}
