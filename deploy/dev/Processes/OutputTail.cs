namespace OfflineActions.Dev;

/// <summary>The last lines a process wrote, up to a limit, so that a failure can show them.</summary>
/// <param name="limit">How many lines are kept.</param>
public sealed class OutputTail(int limit = 2000)
{
    private readonly Queue<string> lines = [];

    /// <summary>Remembers a line, and forgets the oldest one when there are too many.</summary>
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

    /// <summary>All that is kept, oldest first.</summary>
    public override string ToString() => Last(limit);
}
