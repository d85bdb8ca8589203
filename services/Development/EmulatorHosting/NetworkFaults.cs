using System.ComponentModel.DataAnnotations;

namespace OfflineActions.Emulators.Hosting;

/// <summary>Faults of any HTTP server; all are off by default and take effect immediately.</summary>
public abstract class NetworkFaults
{
    private int failNext;
    private bool refuse;

    private protected NetworkFaults(int errorStatus) => ErrorStatus = errorStatus;

    /// <summary>The delay before each request is processed.</summary>
    [UpToADay]
    public TimeSpan Latency { get; set; }

    /// <summary>Requests are not answered until this is false again.</summary>
    public bool Hang { get; set; }

    /// <summary>The share of requests that fail, from 0 to 1.</summary>
    [Range(0d, 1d)]
    public double ErrorRate { get; set; }

    /// <summary>The number of next requests that fail; counts down.</summary>
    [Range(0, int.MaxValue)]
    public int FailNext
    {
        get => failNext;
        set => failNext = value;
    }

    /// <summary>The HTTP status of failed requests.</summary>
    [Range(400, 599)]
    public int ErrorStatus { get; set; }

    /// <summary>Connections are refused as if nothing listened; open connections are reset.</summary>
    public bool Refuse
    {
        get => refuse;
        set
        {
            refuse = value;
            RefuseChanged?.Invoke(value);
        }
    }

    /// <summary>Connections are accepted, and reset at the first request.</summary>
    public bool Reset { get; set; }

    internal Action<bool>? RefuseChanged { get; set; }

    /// <summary>Waits for <see cref="Latency"/>.</summary>
    internal Task DelayAsync(CancellationToken cancellationToken) =>
        Latency > TimeSpan.Zero ? Task.Delay(Latency, cancellationToken) : Task.CompletedTask;

    /// <summary>Decides whether this request fails, and counts <see cref="FailNext"/> down.</summary>
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
