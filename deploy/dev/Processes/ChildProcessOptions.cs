namespace OfflineActions.Dev;

/// <summary>Which program to start, and how.</summary>
public sealed record ChildProcessOptions
{
    /// <summary>Its name in messages, for example <c>worker 2</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The program: a path, or a name in PATH.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments, passed without any quoting.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables added to the environment of this process; the value null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Its working directory; null for the current one.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Whether it writes directly to this terminal; its output is not captured then.</summary>
    public bool InForeground { get; init; }

    /// <summary>Whether to kill it together with its descendants: for programs that leave those running after SIGTERM.</summary>
    public bool EndsWithDescendants { get; init; }

    /// <summary>Called with each line of its output and error stream, from another thread.</summary>
    public Action<string>? OnLine { get; init; }
}
