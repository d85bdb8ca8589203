namespace OfflineActions.Tests;

/// <summary>Ids of documents that some part of the way could misread. Each is valid, and Sync Gateway stores it.</summary>
public static class OddIds
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "/",
        "/x",
        "//",
        "/50%/x",
        ".",
        "..",
        "%",
        "z%",
        "%2F",
        "a/b",
        "a\tb",
        "a\nb",
        "a\"b",
        "a\r\u001b[2Kb",
        "😀",
        new('x', 250),
    ];
}
