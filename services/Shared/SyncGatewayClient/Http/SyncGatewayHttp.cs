using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults.Http;

namespace OfflineActions.SyncGateway;

/// <summary>Sends one request and reads its answer, within the timeout and the size of the options.</summary>
internal sealed class SyncGatewayHttp(IOptions<SyncGatewayOptions> options, TimeProvider clock)
{
    private readonly SyncGatewayOptions settings = options.Value;

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <param name="keyspace">The keyspace, for the reasons.</param>
    /// <param name="send">Sends the request and returns the answer when its headers have arrived.</param>
    /// <param name="cancellationToken">The caller's token; only this one ends in <see cref="OperationCanceledException"/>.</param>
    public Task<Reply> SendAsync(
        string keyspace,
        Func<CancellationToken, Task<HttpResponseMessage>> send,
        CancellationToken cancellationToken) => SendAsync(keyspace, TimeSpan.Zero, send, cancellationToken);

    /// <summary>The same for a request that Sync Gateway may hold before it answers.</summary>
    /// <param name="keyspace">The keyspace, for the reasons.</param>
    /// <param name="held">For how long. The timeout is added.</param>
    /// <param name="send">Sends the request and returns the answer when its headers have arrived.</param>
    /// <param name="cancellationToken">The caller's token; only this one ends in <see cref="OperationCanceledException"/>.</param>
    public async Task<Reply> SendAsync(
        string keyspace,
        TimeSpan held,
        Func<CancellationToken, Task<HttpResponseMessage>> send,
        CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(settings.Timeout + held, clock);
        return await ExchangeAsync(
            async token =>
            {
                using var response = await send(token);
                return await ReadAsync(keyspace, response, token);
            },
            timeout,
            settings.Timeout + held,
            cancellationToken);
    }

    /// <summary>Sends a request for an attachment. The timeout goes on while the caller reads the attachment.</summary>
    /// <param name="keyspace">The keyspace, for the reasons.</param>
    /// <param name="attachment">The attachment, as the document describes it.</param>
    /// <param name="send">Sends the request and returns the answer when its headers have arrived.</param>
    /// <param name="cancellationToken">The caller's token; only this one ends in <see cref="OperationCanceledException"/>.</param>
    public async Task<AttachmentOutcome> OpenAsync(
        string keyspace,
        Attachment attachment,
        Func<CancellationToken, Task<HttpResponseMessage>> send,
        CancellationToken cancellationToken)
    {
        var timeout = new CancellationTokenSource(settings.Timeout, clock);
        AttachmentStream? opened = null;
        try
        {
            var reply = await ExchangeAsync(
                async token =>
                {
                    var response = await send(token);
                    if (response.IsSuccessStatusCode)
                    {
                        var content = await response.Content.ReadAsStreamAsync(token);
                        opened = new AttachmentStream(attachment, response, content, timeout, settings.Timeout);
                        return new Reply.Answer((int)response.StatusCode, []);
                    }

                    using (response)
                    {
                        return await ReadAsync(keyspace, response, token);
                    }
                },
                timeout,
                settings.Timeout,
                cancellationToken);
            return opened is not null ? new AttachmentOutcome.Opened(opened) : AttachmentOutcome.From(reply);
        }
        finally
        {
            if (opened is null)
            {
                timeout.Dispose();
            }
        }
    }

    private async Task<Reply> ReadAsync(string keyspace, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await response.Content.LoadIntoBufferAsync(settings.MaxResponseBytes, cancellationToken);
        return Interpret(keyspace, response, await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    private async Task<Reply> ExchangeAsync(
        Func<CancellationToken, Task<Reply>> exchange,
        CancellationTokenSource timeout,
        TimeSpan timeLimit,
        CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);

        try
        {
            return await exchange(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Reply.Unavailable(
                $"Sync Gateway did not answer within {timeLimit.TotalSeconds:0.###} s (SyncGateway:Timeout)");
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded)
        {
            return new Reply.Unavailable(
                new Unavailability($"Sync Gateway's answer exceeds SyncGateway:MaxResponseBytes ({settings.MaxResponseBytes} bytes)"),
                TooLong: true);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or InvalidDataException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new Reply.Unavailable(LogText.From($"No answer from Sync Gateway: {Describe(error)}"));
        }
    }

    private Reply Interpret(string keyspace, HttpResponseMessage response, byte[] body)
    {
        var answer = new Reply.Answer((int)response.StatusCode, body);

        return answer.Status switch
        {
            >= 300 and < 400 => new Reply.Unavailable(
                $"The server redirects ({answer.Status}): SyncGateway:Url must be Sync Gateway's own address"),
            401 => new Reply.Unavailable(
                $"Sync Gateway refuses {UserName} in keyspace {keyspace} (401, {answer.Reason}): check SyncGateway:User and "
                + "SyncGateway:Password, and the keyspace, because since 3.1 an unknown database gets the same answer"),
            407 => new Reply.Unavailable("A proxy in front of Sync Gateway requires credentials (407)"),
            408 or 429 or >= 500 => new Reply.Unavailable(
                $"Sync Gateway answered {answer.Status}: {answer.Reason}", response.GetRetryAfter(clock)),
            _ => answer,
        };
    }

    /// <summary>The configured user, for the reasons.</summary>
    public string UserName =>
        settings.User is { Length: > 0 } user ? $"user {LogText.From(user)}" : "the guest (SyncGateway:User is empty)";

    /// <summary>The outer message names the address, the innermost says what happened. Often the outer contains both.</summary>
    private static string Describe(Exception error) =>
        error.GetBaseException().Message is var inner && error.Message.Contains(inner, StringComparison.Ordinal)
            ? error.Message
            : $"{error.Message} {inner}";
}
