namespace OfflineActions.Dev;

/// <summary>The last lines that a process wrote, for error messages.</summary>
/// <param name="limit">How many lines are kept.</param>
public sealed class OutputTail(int limit = 2000)
{
    private readonly Queue<string> lines = [];

    /// <summary>Adds a line, and drops the oldest one above the limit.</summary>
    public void Add(string line)
    {
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > limit)
            {
                lines.Dequeue();
            }
        }
    }

    /// <summary>The last <paramref name="count"/> lines as one text, oldest first.</summary>
    public string Last(int count)
    {
        lock (lines)
        {
            return string.Join('\n', lines.TakeLast(count));
        }
    }

    /// <summary>All kept lines, oldest first.</summary>
    public override string ToString() => Last(limit);
}
