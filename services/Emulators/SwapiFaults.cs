namespace Emulators;

/// <summary>What goes wrong in the emulated SWAPI: nothing, unless set. Takes effect at once, also for requests under way.</summary>
public sealed class SwapiFaults
{
    private int failNext;
    private bool refuse;

    /// <summary>How long each request waits first.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Which part of the requests fails, from 0 to 1.</summary>
    public double ErrorRate { get; set; }

    /// <summary>How many of the next requests fail; counts down.</summary>
    public int FailNext
    {
        get => failNext;
        set => failNext = value;
    }

    /// <summary>The status of those failures.</summary>
    public int ErrorStatus { get; set; } = 500;

    /// <summary>It is down: connections are refused, open ones are reset.</summary>
    public bool Refuse
    {
        get => refuse;
        set
        {
            refuse = value;
            RefuseChanged?.Invoke(value);
        }
    }

    /// <summary>Connections are accepted and reset.</summary>
    public bool Reset { get; set; }

    /// <summary>Requests get no answer until this is false again.</summary>
    public bool Hang { get; set; }

    /// <summary>Every request is answered 429.</summary>
    public bool RateLimited { get; set; }

    /// <summary>What <c>Retry-After</c> says then, in whole seconds.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Every request is answered 200 with a page of HTML.</summary>
    public bool Html { get; set; }

    internal Action<bool>? RefuseChanged { get; set; }

    internal bool TakeFailure()
    {
        while (failNext is > 0 and var left)
        {
            if (Interlocked.CompareExchange(ref failNext, left - 1, left) == left)
            {
                return true;
            }
        }

        return false;
    }
}
