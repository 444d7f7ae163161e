namespace Parley.Server.Marketplace.Settlement;

/// <summary>What came out of a comparison, and how it is shown.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Upload">What was compared.</param>
/// <param name="Sought">The span in which our sales had to be listed, in microseconds UTC.</param>
/// <param name="At">When, in microseconds UTC.</param>
/// <param name="Findings">One for each line, and those without a line.</param>
/// <param name="Lines">How many lines the statement had.</param>
internal sealed record ReconciliationReport(
    string Id, Upload Upload, (long From, long Until) Sought, long At, IReadOnlyList<Finding> Findings, int Lines)
{
    private const int MostListed = 1_000;

    public StatementHead Head => Upload.Head;

    /// <summary>The kind of exception that a difference becomes.</summary>
    public string KindOf(Finding finding) => $"{Head.Kind}-" + finding.Match switch
    {
        Match.MissingAtUs => "missing-at-us",
        Match.MissingAtThem => "missing-at-them",
        Match.Amount => "amount",
        Match.Outcome => "outcome",
        _ => "twice",
    };

    public ReconciliationRow Row(string hash, string text) => new()
    {
        Id = Id,
        Kind = Head.Kind,
        Party = Head.Party,
        SpanFrom = Head.From,
        SpanUntil = Head.Until,
        Hash = hash,
        UploadedBy = Upload.By,
        At = At,
        Report = text,
    };

    public object Out(int raised) => new
    {
        id = Id,
        kind = Head.Kind,
        party = Head.Party,
        from = Wire.Time(Head.From),
        until = Wire.Time(Head.Until),
        soughtFrom = Wire.Time(Sought.From),
        soughtUntil = Wire.Time(Sought.Until),
        by = Upload.By,
        at = Wire.Time(At),
        lines = Lines,
        matched = Findings.Count(f => f.Match == Match.Matched),
        open = Of(Match.Open),
        missingAtUs = Of(Match.MissingAtUs),
        missingAtThem = Of(Match.MissingAtThem),
        differingAmount = Of(Match.Amount),
        differingOutcome = Of(Match.Outcome),
        listedTwice = Of(Match.Twice),
        exceptionsRaised = raised,
    };

    /// <summary>How many, and the first 1,000.</summary>
    private object Of(Match match)
    {
        var found = Findings.Where(f => f.Match == match).ToList();
        return new
        {
            count = found.Count,
            items = found.Take(MostListed).Select(f => new
            {
                reference = f.Reference,
                raasTxnRef = f.PurchaseId is null ? null : Wire.Reference(f.PurchaseId),
                line = f.Line,
                ours = f.Ours,
                theirs = f.Theirs,
            }),
        };
    }
}
