namespace OfflineActions.Dev.Commands;

/// <summary>What of <c>dotnet test</c>'s arguments says which tests are meant.</summary>
internal static class TestFilter
{
    /// <summary>The arguments, with the tests of a category left out of those they mean.</summary>
    public static IReadOnlyList<string> Without(string category, IEnumerable<string> arguments)
    {
        var others = $"Category!={category}";
        var given = new List<string>(arguments);
        var option = given.FindIndex(argument => argument is "--filter" || argument.StartsWith("--filter=", StringComparison.Ordinal));
        if (option < 0)
        {
            return [.. given, "--filter", others];
        }

        if (given[option] is "--filter")
        {
            if (option + 1 < given.Count)
            {
                given[option + 1] = $"({given[option + 1]})&{others}";
            }
        }
        else
        {
            given[option] = $"--filter=({given[option]["--filter=".Length..]})&{others}";
        }

        return given;
    }
}
