using System.Text;
using OfflineActions.Contracts;

namespace OfflineActions.Tests.Contracts;

public sealed class ActionPauseTests
{
    private static readonly DateTimeOffset Since = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    [Test]
    public void A_pause_survives_the_wire_as_the_documented_json()
    {
        var pause = new ActionPause("anna", Since, "SWAPI is being moved");

        Assert.That(
            Encoding.UTF8.GetString(pause.ToJson()),
            Is.EqualTo("""{"by":"anna","since":"2026-03-01T09:00:00+00:00","reason":"SWAPI is being moved"}"""));
        Assert.That(ActionPause.Read(pause.ToJson()), Is.EqualTo(pause));
        Assert.That($"{pause}", Is.EqualTo("since 2026-03-01 09:00:00 UTC by anna: SWAPI is being moved"));
    }

    [TestCase("")]
    [TestCase("stop please")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"by":7,"since":false,"reason":["x"]}""")]
    [TestCase("""{"by":"","since":"yesterday","reason":" "}""")]
    [TestCase("""{"by":"\ud800","reason":"\udc00"}""")]
    [TestCase("""{"\ud800":1}""")]
    [TestCase("""{"a longer name, \udfff":{"by":"anna"}}""")]
    public void Of_any_other_message_nothing_is_known(string body)
    {
        var pause = ActionPause.Read(Encoding.UTF8.GetBytes(body));

        Assert.That(pause, Is.EqualTo(ActionPause.Unknown));
        Assert.That($"{pause}", Is.EqualTo("since an unknown time by unknown: unknown"));
    }

    [Test]
    public void What_is_too_long_is_cut_and_a_huge_message_is_not_read()
    {
        var reason = new string('x', ActionPause.MaxText - 1) + "😀";

        Assert.That(ActionPause.Read(new ActionPause("anna", Since, reason).ToJson()).Reason, Is.EqualTo(reason[..^2]), "No half character.");
        Assert.That(ActionPause.Read(new ActionPause("anna", Since, new string('x', 20_000)).ToJson()), Is.EqualTo(ActionPause.Unknown));
    }
}
