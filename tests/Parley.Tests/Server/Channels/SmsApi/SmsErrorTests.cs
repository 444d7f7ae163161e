using Parley.Platform;
using Parley.Server.Channels.Messages;
using Parley.Server.Channels.SmsApi;
using Parley.Tests.Server.Channels.OptOuts;

namespace Parley.Tests.Server.Channels.SmsApi;

/// <summary>The table of errors of the SMS-only APIs (contract channels §3.4): each is provoked through its door.</summary>
public sealed class SmsErrorTests
{
    /// <summary>130 is missing on purpose: these APIs say 901 with Retry-After, because clients try that again.</summary>
    private static readonly int[] All =
    [
        4, 7, 100, 101, 102, 103, 105, 106, 107, 108, 109, 113, 114, 116, 120, 121, 122, 128, 160, 161, 165, 166, 167,
        301, 607, 901,
    ];

    /// <summary>Those that are provoked by tests without rows of data.</summary>
    private static readonly (int Code, string Test)[] Elsewhere =
    [
        (103, nameof(SmsQuestionsTests.Unknown_and_others_messages_are_103_and_none_named_is_109)),
        (109, nameof(SmsQuestionsTests.Unknown_and_others_messages_are_103_and_none_named_is_109)),
        (114, nameof(ConsentScreenTests.What_a_country_asks_for_is_told_by_every_door)),
        (121, nameof(ConsentScreenTests.An_operators_block_and_a_delisting_are_told_by_every_door)),
        (122, nameof(ConsentScreenTests.A_stop_from_the_phone_is_told_by_every_door_until_a_start)),
        (128, nameof(ConsentScreenTests.An_operators_block_and_a_delisting_are_told_by_every_door)),
        (160, nameof(SmsDoorTests.Paths_and_methods_of_nobody_are_161_and_160)),
        (161, nameof(SmsDoorTests.Paths_and_methods_of_nobody_are_161_and_160)),
        (165, nameof(SmsDoorTests.XML_is_answered_in_XML_and_Accept_decides)),
        (166, nameof(SmsDoorTests.XML_is_answered_in_XML_and_Accept_decides)),
        (901, nameof(SmsDoorTests.The_rate_limit_is_901_with_503_and_when_to_come_back)),
    ];

    [Fact]
    public void Every_number_is_provoked_through_its_door()
    {
        int[] provoked =
        [
            .. SmsDoorTests.Refusals.Select(row => row.Data.Item6),
            .. SmsDoorTests.NumberErrors.Select(row => row.Data.Item4),
            .. Elsewhere.Select(e => e.Code),
        ];
        Assert.Equal(All, provoked.Distinct().Order());
    }

    [Fact]
    public void Nothing_else_is_ever_said_and_each_has_a_title_and_a_sentence()
    {
        var fields = typeof(SmsError).GetFields().Where(f => f.FieldType == typeof(SmsError))
            .Select(f => (SmsError)f.GetValue(null)!);
        var refusals = typeof(MessageRefusals).GetFields().Where(f => f.IsLiteral)
            .Select(f => SmsError.Of(new Refusal((string)f.GetRawConstantValue()!, "Because.")));
        foreach (var error in fields.Concat(refusals))
        {
            Assert.Contains(error.Code, All);
            Assert.EndsWith(".", error.Title, StringComparison.Ordinal);
            Assert.EndsWith(".", error.Description, StringComparison.Ordinal);
            Assert.Equal(error.Code == 901, error.Title == "Internal error, please retry.");
        }
    }
}
