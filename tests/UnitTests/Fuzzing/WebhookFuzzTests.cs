using System.Text.Json;
using OfflineActions.Contracts;
using OfflineActions.Gateway.Webhooks;

namespace OfflineActions.Tests.Fuzzing;

/// <summary>Whatever is posted to the gateway. <c>./dev fuzz</c> tries more of it.</summary>
[Category("Fuzz")]
public sealed class WebhookFuzzTests
{
    [Test]
    public void A_webhook_of_any_bytes_is_read_or_refused_with_a_sentence() => Fuzz.Try(body =>
    {
        var first = ChangedDocument.TryRead(body, out var document, out var error);
        var again = ChangedDocument.TryRead(body, out var same, out var sameError);

        Fuzz.Check(first == again && document == same && error == sameError, "reading twice gives the same");
        Fuzz.Check(first == document is not null && first == error is null, "there is a document or an error");
        Fuzz.Check(
            error is null || (error.Length is > 20 and < 200 && error.EndsWith('.') && !error.Any(char.IsControl)),
            $"the error is a sentence: {error}");
    });

    [Test]
    public void A_webhook_is_read_as_a_plain_parser_reads_it() => Fuzz.Try(body =>
    {
        if (!JsonModel.IsUnicode(body))
        {
            return;
        }

        using var json = JsonModel.Parse(body);
        var isRead = ChangedDocument.TryRead([.. body], out var document, out _);

        if (json?.RootElement.ValueKind is not JsonValueKind.Object)
        {
            Fuzz.Check(!isRead, "what is no JSON object is refused");
            return;
        }

        var root = json.RootElement;
        var isGone = JsonModel.Flag(root, "_deleted") || JsonModel.Flag(root, "_removed");
        var request = JsonModel.Text(root, "action") is { } action && !isGone && ActionStates.IsRequest(action) ? action : null;
        Fuzz.Check(
            document is null || (document.Id, document.Revision, document.Request)
                == (JsonModel.Text(root, "_id"), JsonModel.Text(root, "_rev"), request),
            $"{document} is what the JSON says");
        Fuzz.Check(
            isRead || JsonModel.Text(root, "_id") is not "d" || JsonModel.Text(root, "_rev") is not "1-a",
            "a document with an id and a revision is read");
    });
}
