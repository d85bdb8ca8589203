using System.Text.Json;
using System.Text.RegularExpressions;

namespace OfflineActions.Emulators.Hosting;

/// <summary>Why JSON could not be read, for one who does not know the types that it is read into.</summary>
internal static partial class JsonReason
{
    public static string Of(JsonException error)
    {
        if (error.InnerException is JsonException || error.Path is null && error.LineNumber is not null)
        {
            return $"not valid JSON, see line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}";
        }

        return Unknown().Match(error.Message) is { Success: true } unknown ? $"{unknown.Groups[1].Value} is not known"
            : Missing().Match(error.Message) is { Success: true } missing ? $"{missing.Groups[1].Value} is missing"
            : Wrong().IsMatch(error.Message) ? $"{error.Path}: not a value that can be here"
            : error.Message;
    }

    [GeneratedRegex(@"\AThe JSON property ('.*') could not be mapped ")]
    private static partial Regex Unknown();

    [GeneratedRegex(@" missing required properties including: (.*)\.\z")]
    private static partial Regex Missing();

    [GeneratedRegex(@"\AThe JSON value could not be converted to ")]
    private static partial Regex Wrong();
}
