namespace OfflineActions.Dev;

/// <summary>What to start, and in which surroundings.</summary>
public sealed record ChildProcessOptions
{
    /// <summary>What messages call it, for example <c>worker 2</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The program: a path, or a name that is looked up in PATH.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments, each passed on exactly as it is.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Added to the environment of this process; null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Where it starts; null is the current folder.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Lets it write straight to this terminal, colours and all; then nothing of it is captured.</summary>
    public bool InForeground { get; init; }

    /// <summary>Ends whatever it has started together with it, at once: for programs that leave that running when they are asked to end.</summary>
    public bool EndsWithDescendants { get; init; }

    /// <summary>Called with each line it writes to its output or error stream, from another thread.</summary>
    public Action<string>? OnLine { get; init; }
}
