using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using OfflineActions.Operator.Serve.State;

namespace OfflineActions.Operator.Serve.Api;

/// <summary>Tells browsers that the state was read again, by server-sent events. What it is, they ask for.</summary>
internal sealed class StateEvents(StateWatch watch, IHostApplicationLifetime lifetime)
{
    /// <summary>How many browsers are told. The others are asked to come again.</summary>
    private const int MaxListeners = 200;

    private int listeners;

    public static Task SendAsync(HttpContext context, StateEvents events) => events.SendAsync(context);

    private async Task SendAsync(HttpContext context)
    {
        if (Interlocked.Increment(ref listeners) > MaxListeners)
        {
            Interlocked.Decrement(ref listeners);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            context.Response.ContentType = "text/event-stream; charset=utf-8";
            context.Response.Headers.CacheControl = "no-store";
            while (true)
            {
                var changed = watch.Changed;
                var at = watch.Now.At.ToString("O", CultureInfo.InvariantCulture);
                await context.Response.WriteAsync($"event: state\ndata: {{\"at\":\"{at}\"}}\n\n", ends.Token);
                await context.Response.Body.FlushAsync(ends.Token);
                await changed.WaitAsync(ends.Token);
            }
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The browser has left, or this process stops.
        }
        finally
        {
            Interlocked.Decrement(ref listeners);
        }
    }
}
