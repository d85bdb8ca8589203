using Contracts;
using Gateway.CatchUp;
using MassTransit;
using Microsoft.Extensions.Options;
using ServiceDefaults.Bus;

namespace Gateway.Publishing;

/// <summary>Publishes requests within a deadline, and never more at a time than the broker is known to keep up with.</summary>
internal sealed class RequestPublisher(
    IBus bus,
    BrokerIncarnation broker,
    PublishedByKeyspace published,
    IOptions<GatewayOptions> options,
    GatewayTelemetry telemetry,
    ILogger<RequestPublisher> log) : IDisposable
{
    private readonly SemaphoreSlim inFlight = new(options.Value.MaxInFlight);

    /// <summary>Publishes the message for <paramref name="reference"/>.</summary>
    /// <returns>Null once the broker has confirmed it; else why it has not, in which case it may or may not have it.</returns>
    public async Task<string?> PublishAsync(ActionRoute route, RequestReference reference, CancellationToken cancellationToken)
    {
        if (!inFlight.Wait(0, CancellationToken.None))
        {
            telemetry.Refused(route.Request, "busy");
            return $"{options.Value.MaxInFlight} messages already wait for the broker.";
        }

        // Known before, because what is confirmed now may go to a queue that is lost at the same time.
        var notes = published.For(reference.Keyspace);
        var epoch = notes.Epoch;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Value.PublishTimeout);
        try
        {
            // Waited for from outside as well: a connection that just broke has been seen not to honour the token.
            await route.PublishAsync(bus, reference, deadline.Token).WaitAsync(deadline.Token);
            notes.Add(reference.DocumentId, reference.Revision, published.Now, epoch);
            telemetry.Published(route.Request);
            log.RequestPublished(route.Request, reference.DocumentId, reference.Revision);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Refuse($"The broker did not confirm the message within {options.Value.PublishTimeout.TotalSeconds:0.###} s.");
        }
        catch (MessageReturnedException)
        {
            broker.CheckNow();
            return Refuse("The broker has no queue for the message yet.");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return Refuse($"The broker did not take the message: {error.Message}");
        }
        finally
        {
            inFlight.Release();
        }

        string Refuse(string reason)
        {
            telemetry.Refused(route.Request, "unconfirmed");
            log.RequestNotPublished(route.Request, reference.DocumentId, reference.Revision, reason);
            return reason;
        }
    }

    public void Dispose() => inFlight.Dispose();
}
