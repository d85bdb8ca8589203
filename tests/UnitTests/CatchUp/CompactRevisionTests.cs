using CsCheck;
using OfflineActions.Gateway.CatchUp;

namespace OfflineActions.Tests.CatchUp;

public sealed class CompactRevisionTests
{
    private static readonly Gen<string> Usual = Gen.Select(
        Gen.UInt, Gen.ULong, Gen.ULong, (generation, high, low) => $"{generation}-{high:x16}{low:x16}");

    private static readonly Gen<string> Damaged = Gen.Select(
        Usual, Gen.Int[0, 33], Gen.Int[0, 1], Gen.Char["0aAg-+ \u0661"], (text, at, replaced, other) => text[..at] + other + text[(at + replaced)..]);

    private static readonly Gen<string> Any = Gen.Frequency((3, Usual), (6, Damaged), (1, Gen.String));

    [Test]
    public void Every_revision_comes_back_as_it_was() => Any.Sample(text => new CompactRevision(text).ToString() == text);

    [Test]
    public void Revisions_are_the_same_when_their_texts_are() => Gen.Select(Any, Any).Sample((one, other) =>
        new CompactRevision(one) == new CompactRevision(new string(one.AsSpan()))
        && new CompactRevision(one) == new CompactRevision(other) == (one == other));

    [TestCase("")]
    [TestCase("-")]
    [TestCase("1-a")]
    [TestCase("0-cd809becc169215072fd567eebd8b8de")]
    [TestCase("01-cd809becc169215072fd567eebd8b8de")]
    [TestCase("1-CD809becc169215072fd567eebd8b8de")]
    [TestCase("4294967296-cd809becc169215072fd567eebd8b8de")]
    [TestCase("4294967295-cd809becc169215072fd567eebd8b8de")]
    [TestCase("1-00000000000000000000000000000000")]
    [TestCase("1cd809becc169215072fd567eebd8b8de")]
    [TestCase("185f06c6a8ac0000@cd809becc169215072fd567eebd8b8de")]
    public void A_revision_in_another_form_comes_back_as_it_was(string text) =>
        Assert.That(new CompactRevision(text).ToString(), Is.EqualTo(text));
}
