using System.Text;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Tests.Emulators;

/// <summary>Where the members of the protocol stand among those of a document: by the bytes of their names.</summary>
public sealed class MemberOrderTests
{
    [TestCase("{}", "{\"_id\":1,\"_rev\":2}")]
    [TestCase("{\"a\":[],\"b\":{}}", "{\"_id\":1,\"_rev\":2,\"a\":[],\"b\":{}}")]
    [TestCase("{\"A\":0,\"b\":3}", "{\"A\":0,\"_id\":1,\"_rev\":2,\"b\":3}")]
    [TestCase("{\"\":0,\"b\":3}", "{\"\":0,\"_id\":1,\"_rev\":2,\"b\":3}")]
    [TestCase("{\"\\n\":0}", "{\"\\n\":0,\"_id\":1,\"_rev\":2}")]
    [TestCase("{\"\u00e9\":0}", "{\"_id\":1,\"_rev\":2,\"\u00e9\":0}")]
    [TestCase("{\"_\":0,\"_j\":3,\"_z\":4}", "{\"_\":0,\"_id\":1,\"_j\":3,\"_rev\":2,\"_z\":4}")]
    [TestCase("{\"_id\":0,\"b\":3}", "{\"_id\":1,\"_rev\":2,\"b\":3}")]
    [TestCase("{\"`\":0}", "{\"_id\":1,\"_rev\":2,\"`\":0}")]
    public void They_are_sorted(string document, string expected)
    {
        KeyValuePair<string, ReadOnlyMemory<byte>>[] special = [new("_id", "1"u8.ToArray()), new("_rev", "2"u8.ToArray())];

        Assert.That(Encoding.UTF8.GetString(CanonicalObject.AddSpecial(Encoding.UTF8.GetBytes(document), special)), Is.EqualTo(expected));
    }
}
