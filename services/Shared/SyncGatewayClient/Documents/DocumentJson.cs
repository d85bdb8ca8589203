using System.Text;
using System.Text.Unicode;

namespace OfflineActions.SyncGateway;

/// <summary>Sync Gateway's rules for the JSON of a document.</summary>
internal static class DocumentJson
{
    /// <summary>Properties that Sync Gateway adds to a document or takes for a command. They are not the app's.</summary>
    public static readonly string[] Reserved = ["_id", "_rev", "_cv", "_revisions", "_removed", "_deleted"];

    /// <summary>
    /// <paramref name="json"/> with U+FFFD in the place of invalid UTF-8 and lone surrogates, as Sync Gateway does with every body it
    /// parses. No Unicode text can hold those: a document with one could be neither read nor written back. May change the array itself.
    /// </summary>
    public static byte[] MakeValid(byte[] json)
    {
        if (!Utf8.IsValid(json))
        {
            json = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json));
        }

        LoneSurrogates.Replace(json);
        return json;
    }
}
