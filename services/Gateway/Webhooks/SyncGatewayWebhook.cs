using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;

namespace OfflineActions.Gateway.Webhooks;

/// <summary>
/// Receives changed documents from Sync Gateway, which posts each change once and ignores the answer. The status and its text are for
/// people and proxies. Catch-up finds a request whose webhook failed.
/// </summary>
internal static class SyncGatewayWebhook
{
    /// <summary>Publishes one message for one webhook, and answers 202 when the broker has confirmed it.</summary>
    public static async Task<Results<Accepted, NoContent, UnauthorizedHttpResult, ProblemHttpResult>> ReceiveAsync(
        string keyspace,
        HttpRequest request,
        WebhookAdmission admission,
        IOptions<GatewayOptions> options,
        ActionCatalog catalog,
        UnroutedRequests unrouted,
        DelayedRequests delayed,
        RequestPublisher publisher,
        CatchUpService catchUp,
        WebhookTelemetry telemetry,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (admission.Refuse(request.HttpContext.Connection.RemoteIpAddress, request.Headers.Authorization) is { } refusal)
        {
            if (refusal.RetryAfter is { } wait)
            {
                request.HttpContext.Response.Headers.RetryAfter = $"{Math.Ceiling(wait.TotalSeconds):0}";
                return Refuse(refusal.Outcome, 429, "Too many webhooks from this address. Requests whose webhooks are refused are found in the changes feed.");
            }

            request.HttpContext.Response.Headers.WWWAuthenticate = "Basic realm=\"webhooks\"";
            telemetry.Record(refusal.Outcome);
            return TypedResults.Unauthorized();
        }

        if (!options.Value.Accepted.Contains(keyspace))
        {
            return Refuse(
                WebhookOutcome.UnknownKeyspace,
                404,
                $"No keyspace '{keyspace}' is configured. Add it to Gateway:Keyspaces, or correct the URL of the webhook.");
        }

        if (!request.HasJsonContentType())
        {
            return Refuse(
                WebhookOutcome.OtherContentType,
                415,
                $"The content type of a webhook is application/json; this one has {request.ContentType ?? "none"}.");
        }

        if (await ReadBodyAsync(request, options.Value.MaxBodyBytes, cancellationToken) is not { } body)
        {
            return Refuse(
                WebhookOutcome.TooLarge,
                413,
                $"The document is larger than {options.Value.MaxBodyBytes} bytes. Gateway:MaxBodyBytes sets the limit.");
        }

        if (options.Value.SharesDatabase(keyspace))
        {
            catchUp.Wake(keyspace);
            telemetry.Record(WebhookOutcome.LeftToCatchUp);
            return TypedResults.Accepted((string?)null);
        }

        if (!ChangedDocument.TryRead(body, out var document, out var error))
        {
            return Refuse(WebhookOutcome.Malformed, 400, error);
        }

        if (document.Request is not { } action)
        {
            telemetry.Record(WebhookOutcome.NoRequest);
            return TypedResults.NoContent();
        }

        if (catalog.FindByRequest(action) is not { } contract)
        {
            unrouted.Note(action, document.Id, document.Origin?.Trace);
            telemetry.Record(WebhookOutcome.UnknownAction);
            return TypedResults.NoContent();
        }

        // With the margin of catch-up: a webhook may come late, and the worker's clock be slow.
        if (delayed.FindReturn(document.NextAttemptAt, margin: BacklogGuard.LongestHeld) is not null)
        {
            telemetry.Record(WebhookOutcome.Delayed);
            return TypedResults.Accepted((string?)null);
        }

        var message = contract.CreateMessage(keyspace, document.Id, document.Revision, clock.GetUtcNow());
        if (await publisher.PublishAsync(
            contract, document.Lane, message, document.Origin, RequestSource.Webhook, cancellationToken) is { } reason)
        {
            request.HttpContext.Response.Headers.RetryAfter = "1";
            return Refuse(WebhookOutcome.NotPublished, 503, reason);
        }

        telemetry.Record(WebhookOutcome.Published);
        return TypedResults.Accepted((string?)null);

        ProblemHttpResult Refuse(WebhookOutcome outcome, int status, string detail)
        {
            telemetry.Record(outcome);
            return TypedResults.Problem(detail, statusCode: status);
        }
    }

    /// <returns>Null for a body of more than <paramref name="limit"/> bytes, whether or not its length was announced.</returns>
    private static async Task<byte[]?> ReadBodyAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            return null;
        }

        using var body = new StreamContent(request.Body);
        try
        {
            await body.LoadIntoBufferAsync(limit, cancellationToken);
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded)
        {
            return null;
        }
        catch (HttpRequestException error) when (error.InnerException is IOException broken)
        {
            // As without the buffer: the server answers a malformed body with 400, and ignores a client that went away.
            ExceptionDispatchInfo.Throw(broken);
        }

        return await body.ReadAsByteArrayAsync(cancellationToken);
    }
}
