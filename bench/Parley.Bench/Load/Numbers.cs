namespace Parley.Bench.Load;

/// <summary>
/// Every message of a run has its own number; the recipient's MSISDN and the client id are made of it.
/// </summary>
static class Numbers
{
    public const long FirstPhone = 27_000_000_000;
    public const string Sender = "27820000001";
    public const string Text = "Your parcel A-4471 is ready: bring your ID to the counter before 17:00.";
}
