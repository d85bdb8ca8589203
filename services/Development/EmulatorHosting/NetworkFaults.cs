namespace OfflineActions.Emulators.Hosting;

/// <summary>What can go wrong with any server. Nothing does, unless set; what is set takes effect at once.</summary>
public abstract class NetworkFaults
{
    private int failNext;
    private bool refuse;

    private protected NetworkFaults(int errorStatus) => ErrorStatus = errorStatus;

    /// <summary>How long each request waits first.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Requests get no answer until this is false again.</summary>
    public bool Hang { get; set; }

    /// <summary>Which part of the requests fails, from 0 to 1.</summary>
    public double ErrorRate { get; set; }

    /// <summary>How many of the next requests fail; counts down.</summary>
    public int FailNext
    {
        get => failNext;
        set => failNext = value;
    }

    /// <summary>The status of those failures.</summary>
    public int ErrorStatus { get; set; }

    /// <summary>It is down: connections are refused as if nothing listened, open ones are reset.</summary>
    public bool Refuse
    {
        get => refuse;
        set
        {
            refuse = value;
            RefuseChanged?.Invoke(value);
        }
    }

    /// <summary>Connections are accepted, and reset when a request comes.</summary>
    public bool Reset { get; set; }

    internal Action<bool>? RefuseChanged { get; set; }

    /// <summary>Waits out the latency.</summary>
    internal Task DelayAsync(CancellationToken cancellationToken) => Latency > TimeSpan.Zero ? Task.Delay(Latency, cancellationToken) : Task.CompletedTask;

    /// <summary>Whether this request fails.</summary>
    internal bool TakeFailure()
    {
        while (failNext is > 0 and var left)
        {
            if (Interlocked.CompareExchange(ref failNext, left - 1, left) == left)
            {
                return true;
            }
        }

        return ErrorRate > 0 && Random.Shared.NextDouble() < ErrorRate;
    }
}
