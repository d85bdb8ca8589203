using System.Text;

namespace OfflineActions.Benchmarks.Micro;

/// <summary>A document that requests an action, as Sync Gateway sends it.</summary>
internal static class SampleDocument
{
    public const string Id = "order-2026-000123";
    public const string Revision = "1-cd809becc169215072fd567eebd8b8de";

    /// <summary>A document with about so many bytes of the app's own.</summary>
    public static byte[] Bytes(int size)
    {
        var text = new StringBuilder($$"""{"_id":"{{Id}}","_rev":"{{Revision}}","action":"person_request","personId":4,"lines":[""");
        for (var line = 0; text.Length < size; line++)
        {
            text.Append(line > 0 ? "," : "").Append($$"""{"article":{{line}},"name":"Grüße aus Tatooine","price":12.50,"tags":["a","b"]}""");
        }

        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }
}
