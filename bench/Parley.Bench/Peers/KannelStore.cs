namespace Parley.Bench.Peers;

/// <summary>Where Kannel keeps what it has accepted; neither store calls fsync.</summary>
enum KannelStore
{
    None,
    File,
    Spool,
}
