namespace OfflineActions.Emulators.Scripts;

/// <summary>The regular expressions of otto, which runs them with RE2.</summary>
internal static class Re2
{
    /// <summary>A regular expression that means in JavaScript what it means in otto.</summary>
    /// <param name="pattern">The pattern as the script has it.</param>
    /// <param name="flags">Its flags; other than g, i and m are ignored.</param>
    /// <returns>The pattern and the flags for JavaScript.</returns>
    /// <exception cref="Re2Exception">Otto refuses the pattern.</exception>
    public static (string Pattern, string Flags) Translate(string pattern, string flags)
    {
        CheckGroups(pattern);
        var ignoresCase = flags.Contains('i', StringComparison.Ordinal);

        // Without flags in the pattern, JavaScript ignores case by itself.
        var folds = Re2Pattern.HasFlags(pattern);
        var translated = new Re2Pattern(pattern, folds && ignoresCase, flags.Contains('m', StringComparison.Ordinal)).Translate();
        return (translated, (flags.Contains('g', StringComparison.Ordinal) ? "g" : "") + (ignoresCase && !folds ? "i" : ""));
    }

    /// <summary>What otto checks before RE2 sees the pattern.</summary>
    private static void CheckGroups(string pattern)
    {
        var (depth, inClass) = (0, false);
        string? refused = null;
        for (var at = 0; at < pattern.Length; at++)
        {
            var rest = pattern.AsSpan(at);
            if (rest is ['\\', >= '1' and <= '9', ..])
            {
                refused ??= $@"re2: Invalid \{rest[1]} <backreference>";
            }
            else if (!inClass && rest is ['(', '?', '=' or '!', ..])
            {
                refused ??= $"re2: Invalid (?{rest[2]}) <lookahead>";
            }

            at += rest[0] == '\\' ? 1 : 0;
            depth += inClass ? 0 : rest[0] == '(' ? 1 : rest[0] == ')' ? -1 : 0;
            inClass = rest[0] == '[' || (inClass && rest[0] != ']');
            refused = depth < 0 ? refused ?? "Unmatched ')'" : refused;
            depth = Math.Max(depth, 0);
        }

        refused ??= inClass ? "Unterminated character class" : depth > 0 ? "Unterminated group" : null;
        if (refused is not null)
        {
            throw new Re2Exception(refused, isSyntaxOfGo: false);
        }
    }
}

/// <summary>Why otto refuses a regular expression.</summary>
/// <param name="reason">Its words.</param>
/// <param name="isSyntaxOfGo">Whether RE2 refuses it, and not otto, which is another kind of error in JavaScript.</param>
internal sealed class Re2Exception(string reason, bool isSyntaxOfGo = true) : Exception(reason)
{
    public bool IsSyntaxOfGo => isSyntaxOfGo;
}
