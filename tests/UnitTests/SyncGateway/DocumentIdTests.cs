using System.Text;
using CsCheck;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.SyncGateway;

public sealed class DocumentIdTests
{
    [Test]
    public void The_length_is_counted_in_bytes()
    {
        Assert.That(DocumentId.IsValid(new string('a', 250)), Is.True);
        Assert.That(DocumentId.IsValid(new string('a', 251)), Is.False);
        Assert.That(DocumentId.IsValid(new string('é', 125)), Is.True);
        Assert.That(DocumentId.IsValid(new string('é', 126)), Is.False);
    }

    [TestCase("_design")]
    [TestCase("")]
    [TestCase(null)]
    public void An_empty_id_or_one_with_an_underscore_first_is_not_valid(string? id) => Assert.That(DocumentId.IsValid(id), Is.False);

    [Test]
    public void Half_a_surrogate_pair_is_not_valid() => Assert.That(DocumentId.IsValid("a\udc00"), Is.False);

    [Test]
    public void Any_other_text_is_valid() =>
        Gen.String.Sample(text => DocumentId.IsValid(text)
            == (text is { Length: > 0 } && text[0] != '_' && !HasHalfPair(text) && Encoding.UTF8.GetByteCount(text) <= 250));

    private static bool HasHalfPair(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) != text;
}
