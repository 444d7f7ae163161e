using System.Text.RegularExpressions;
using Parley.Platform;
using Parley.Server.Channels.LegacyApi;
using Parley.Server.Channels.Messages;
using Parley.Tests.House;
using Parley.Tests.Server.Channels.OptOuts;

namespace Parley.Tests.Server.Channels.LegacyApi;

/// <summary>The table of errors (contract channels §7.4): what the program and the documentation say, and what is tested.</summary>
public sealed class LegacyErrorTests
{
    private static readonly int[] OfTheContract =
    [
        1, 2, 3, 4, 5, 7, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 113, 114, 115, 116, 120, 121, 122, 123, 128,
        130, 201, 202, 301, 901,
    ];

    /// <summary>The numbers that are provoked by tests without rows of data.</summary>
    private static readonly (int Code, string Test)[] Elsewhere =
    [
        (103, nameof(HttpCommandsTests.Messages_of_others_and_unknown_ones_are_103_104_and_109)),
        (104, nameof(HttpCommandsTests.Messages_of_others_and_unknown_ones_are_103_104_and_109)),
        (109, nameof(HttpCommandsTests.Messages_of_others_and_unknown_ones_are_103_104_and_109)),
        (121, nameof(ConsentScreenTests.An_operators_block_and_a_delisting_are_told_by_every_door)),
        (122, nameof(ConsentScreenTests.A_stop_from_the_phone_is_told_by_every_door_until_a_start)),
        (128, nameof(ConsentScreenTests.An_operators_block_and_a_delisting_are_told_by_every_door)),
        (130, nameof(HttpDoorTests.Beyond_its_rate_an_account_hears_until_when)),
        (165, nameof(RestDoorTests.Refuses_other_versions_other_forms_and_what_is_too_large)),
        (166, nameof(RestDoorTests.Refuses_other_versions_other_forms_and_what_is_too_large)),
        (201, nameof(BatchCommandsTests.Refuses_unknown_batches_missing_templates_and_what_sendmsg_refuses)),
        (202, nameof(BatchCommandsTests.Refuses_unknown_batches_missing_templates_and_what_sendmsg_refuses)),
        (301, nameof(HttpCommandsTests.Without_credit_it_is_301_and_a_suspended_sender_is_106)),
        (901, nameof(HttpDoorTests.Says_901_while_the_database_is_away)),
    ];

    private static string Table => DocsRule.Between(Tree.Read("docs/legacy.md"), "errors");

    private static IReadOnlyDictionary<int, string> Documented => Regex
        .Matches(Table, "^\\| ([0-9]{3}) \\|(.*)$", RegexOptions.Multiline)
        .ToDictionary(row => int.Parse(row.Groups[1].Value, null), row => row.Groups[2].Value);

    [Fact]
    public void Every_number_of_the_contract_is_documented_and_provoked_or_said_never_to_come()
    {
        var never = Documented.Where(row => Regex.Count(row.Value, "\\| never") == 2).Select(row => row.Key);
        Assert.Equal([2, 115], never.Order());
        Assert.Empty(OfTheContract.Except(Documented.Keys));
        int[] provoked =
        [
            .. HttpDoorTests.Refused.Select(row => int.Parse(row.Data.Item3[5..8], null)),
            .. HttpCommandsTests.Errors.Select(row => int.Parse(row.Data.Item3, null)),
            .. RestDoorTests.Refused.Select(row => int.Parse(row.Data.Item7, null)),
            .. RestDoorTests.EntryErrors.Select(row => int.Parse(row.Data.Item3, null)),
            .. Elsewhere.Select(e => e.Code),
        ];
        Assert.Equal(Documented.Keys.Except(never).Order(), provoked.Distinct().Order());
    }

    [Fact]
    public void Nothing_else_is_ever_said()
    {
        var fields = typeof(LegacyError).GetFields().Where(f => f.FieldType == typeof(LegacyError))
            .Select(f => (LegacyError)f.GetValue(null)!);
        var refusals = typeof(MessageRefusals).GetFields().Where(f => f.IsLiteral)
            .Select(f => LegacyError.Of(new Refusal((string)f.GetRawConstantValue()!, "Because.")));
        foreach (var error in fields.Concat(refusals))
        {
            Assert.Contains(error.Code, Documented.Keys);
            Assert.DoesNotMatch("[:,]", error.Text);
        }
    }
}
