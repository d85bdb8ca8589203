namespace OfflineActions.Emulators.Store;

/// <summary>Keeps the bodies of replaced revisions readable for <see cref="Lifetime"/>, at most 5,000 of them.</summary>
internal sealed class OldRevisions(TimeProvider clock)
{
    private const int MaxCount = 5_000;

    private readonly Lock gate = new();
    private readonly Queue<(Revision Revision, long At)> replaced = new();

    /// <summary>How long a replaced body is kept.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromSeconds(300);

    public void Add(Revision revision)
    {
        lock (gate)
        {
            replaced.Enqueue((revision, clock.GetTimestamp()));
            while (replaced.Peek() is var (oldest, at) && (replaced.Count > MaxCount || clock.GetElapsedTime(at) > Lifetime))
            {
                oldest.ForgetBody();
                replaced.Dequeue();
            }
        }
    }
}
