namespace OfflineActions.Emulators.Store;

/// <summary>Keeps replaced bodies readable by their revision for five minutes, and only so many of them.</summary>
internal sealed class OldRevisions(TimeProvider clock)
{
    private const int Most = 5_000;

    private readonly Lock gate = new();
    private readonly Queue<(Revision Revision, long At)> replaced = new();

    /// <summary>For how long.</summary>
    public TimeSpan Longest { get; set; } = TimeSpan.FromSeconds(300);

    public void Add(Revision revision)
    {
        lock (gate)
        {
            replaced.Enqueue((revision, clock.GetTimestamp()));
            while (replaced.Peek() is var (oldest, at) && (replaced.Count > Most || clock.GetElapsedTime(at) > Longest))
            {
                oldest.Forget();
                replaced.Dequeue();
            }
        }
    }
}
