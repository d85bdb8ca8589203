using System.Threading.Channels;
using OfflineActions.Emulators.Configuration;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Webhooks;

/// <summary>
/// The webhook events of a database: at most <c>max_processes</c> are delivered concurrently and three times as many are queued, in no
/// order. When the queue is full, a write waits up to <c>wait_for_process</c>; then the event is discarded.
/// </summary>
internal sealed class WebhookQueue : IAsyncDisposable
{
    private readonly Channel<Event> waiting;
    private readonly SemaphoreSlim slots;
    private readonly TimeSpan maxWait;
    private readonly SyncGatewayEmulator emulator;
    private readonly ILogger log;
    private readonly CancellationTokenSource stopped = new();
    private readonly Task pump;
    private readonly IReadOnlyList<WebhookHandler> stateHandlers;
    private volatile IReadOnlyList<WebhookHandler> handlers = [];

    public WebhookQueue(DatabaseConfiguration options, SyncGatewayEmulator emulator, ILogger log)
    {
        this.emulator = emulator;
        this.log = log;
        maxWait = TimeSpan.FromMilliseconds(options.WaitForProcess);
        slots = new(options.MaxProcesses);
        waiting = Channel.CreateBounded<Event>((int)Math.Min(3L * options.MaxProcesses, int.MaxValue));
        stateHandlers = [.. options.StateWebhooks.Select(webhook => new WebhookHandler(webhook, log))];
        pump = Task.Run(PumpAsync);
    }

    public IReadOnlyList<WebhookHandler> Handlers => handlers;

    public void Replace(IEnumerable<WebhookOptions> webhooks) => handlers = [.. webhooks.Select(webhook => new WebhookHandler(webhook, log))];

    /// <summary>Queues the event of a change; waits up to <c>wait_for_process</c> when the queue is full.</summary>
    public Task RaiseAsync(in DocumentChange change, RevisionId written) =>
        handlers.Count == 0 ? Task.CompletedTask : RaiseAsync(new Event(change, written));

    private async Task RaiseAsync(Event raised)
    {
        if (!waiting.Writer.TryWrite(raised))
        {
            using var deadline = new CancellationTokenSource(maxWait);
            try
            {
                await waiting.Writer.WriteAsync(raised, deadline.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or ChannelClosedException)
            {
                emulator.Stats.WebhookDropped();
                log.WebhookDropped(raised.Change.Id, raised.Change.Winner.ToString());
                return;
            }
        }

        if (emulator.Faults.WebhookBeforeAnswer)
        {
            await raised.Done.Task.WaitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Posts that the database went online or offline, without waiting for the delivery.</summary>
    public void RaiseState(string database, string state, string reason, DateTimeOffset at)
    {
        var payload = WebhookPayload.Write(database, state, reason, at, emulator.AdminUrl.Authority);
        foreach (var handler in stateHandlers)
        {
            _ = Task.Run(() => DeliverAsync(handler, "the database's state", payload));
        }
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await stopped.CancelAsync();
        await pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var handler in handlers.Concat(stateHandlers))
        {
            handler.Dispose();
        }
    }

    private async Task PumpAsync()
    {
        await foreach (var raised in waiting.Reader.ReadAllAsync(stopped.Token))
        {
            await slots.WaitAsync(stopped.Token);
            _ = Task.Run(() => DeliverAsync(raised));
        }
    }

    private async Task DeliverAsync(Event raised)
    {
        try
        {
            var payload = WebhookPayload.Write(raised.Change);
            await Task.WhenAll(handlers.Select(handler => DeliverAsync(handler, raised, payload)));
        }
        finally
        {
            slots.Release();
            raised.Done.TrySetResult();
        }
    }

    private Task DeliverAsync(WebhookHandler handler, Event raised, byte[] payload)
    {
        if (handler.Options.WinningRevOnly && raised.Written != raised.Change.Winner)
        {
            emulator.Stats.WebhookFiltered();
            return Task.CompletedTask;
        }

        return DeliverAsync(handler, raised.Change.Id, payload, raised.Change.OldBody?.ToArray());
    }

    private async Task DeliverAsync(WebhookHandler handler, string what, params byte[]?[] arguments)
    {
        try
        {
            if (!await handler.IsWantedAsync(arguments, stopped.Token))
            {
                emulator.Stats.WebhookFiltered();
                return;
            }
        }
        catch (Exception error) when (IsEnd(error))
        {
            emulator.Stats.WebhookDropped();
            return;
        }
        catch (Exception error) when (error is InvalidOperationException or HttpRequestException or IOException
            or UnauthorizedAccessException or OperationCanceledException)
        {
            log.WebhookFilterFailed(what, error.Message);
            emulator.Stats.WebhookFiltered();
            return;
        }

        if (emulator.Faults.DropWebhooks)
        {
            emulator.Stats.WebhookDropped();
            return;
        }

        for (var sent = 0; sent < 1 + Math.Max(emulator.Faults.ExtraWebhooks, 0); sent++)
        {
            try
            {
                emulator.Stats.WebhookSent();
                await handler.PostAsync(arguments[0]!, stopped.Token);
            }
            catch (Exception error) when (IsEnd(error))
            {
                emulator.Stats.WebhookDropped();
                return;
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException or ObjectDisposedException)
            {
                emulator.Stats.WebhookFailed();
                log.WebhookFailed(what, handler.Url, error.Message);
            }
        }
    }

    /// <summary>Whether the event is lost because the database ended, as a real one loses it.</summary>
    private bool IsEnd(Exception error) =>
        error is OperationCanceledException or ObjectDisposedException && stopped.IsCancellationRequested;

    private sealed record Event(DocumentChange Change, RevisionId Written)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
