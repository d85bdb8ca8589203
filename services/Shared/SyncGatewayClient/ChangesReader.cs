using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OfflineActions.SyncGateway;

/// <summary>Reads an answer of the changes feed, whose documents may be many, large and nested however deep, without building them.</summary>
internal static class ChangesReader
{
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    public static ChangesOutcome Of(Reply reply, string keyspace) => reply switch
    {
        Reply.Unavailable { TooLong: true } trouble => new ChangesOutcome.TooLong(trouble.Reason),
        Reply.Unavailable trouble => new ChangesOutcome.Unavailable(trouble.Reason, trouble.RetryAfter),
        Reply.Misconfigured trouble => new ChangesOutcome.Misconfigured(trouble.Reason),
        Reply.Answer { Status: 200 } answer => OfBatch(answer.Body),
        Reply.Answer { Status: 404 } answer => new ChangesOutcome.Misconfigured(Outcomes.NoKeyspace(keyspace, answer)),
        Reply.Answer { Status: >= 400 } answer => new ChangesOutcome.Misconfigured(
            $"Sync Gateway does not accept our way to follow keyspace {keyspace} ({answer.Status}, {answer.Reason})"),
        Reply.Answer answer => new ChangesOutcome.Unavailable($"The changes feed answered {answer.Status}, which is no batch", null),
        _ => throw new UnreachableException(),
    };

    private static ChangesOutcome OfBatch(byte[] body)
    {
        if (!Utf8.IsValid(body))
        {
            body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body));
        }

        LoneSurrogates.Replace(body);
        try
        {
            return Batch(body) is { } batch ? batch : Broken();
        }
        catch (JsonException)
        {
            // Also how a feed looks that broke off: the status went out before the first row.
            return Broken();
        }
    }

    private static ChangesOutcome.Unavailable Broken() => new("The changes feed answered something else than a whole batch", null);

    private static ChangesOutcome.Batch? Batch(byte[] body)
    {
        var reader = new Utf8JsonReader(body, AnyDepth);
        List<ChangesRow>? rows = null;
        string? last = null;
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("results"u8) && reader.Read())
            {
                rows = Rows(ref reader, body);
            }
            else if (reader.ValueTextEquals("last_seq"u8) && reader.Read())
            {
                last = Token(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        // Asked once more, it throws when something follows the object.
        return reader.Read() || rows is null || last is null ? null : new ChangesOutcome.Batch(rows, last);
    }

    private static List<ChangesRow>? Rows(ref Utf8JsonReader reader, byte[] body)
    {
        if (reader.TokenType is not JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        var rows = new List<ChangesRow>();
        while (reader.Read() && reader.TokenType is JsonTokenType.StartObject)
        {
            if (Row(ref reader, body) is { } row)
            {
                rows.Add(row);
            }
        }

        return reader.TokenType is JsonTokenType.EndArray ? rows : throw new JsonException("A row is no object.");
    }

    /// <returns>Null for a row that is about no document: a user sees its own creation in its feed.</returns>
    private static ChangesRow? Row(ref Utf8JsonReader reader, byte[] body)
    {
        string? id = null;
        var gone = false;
        ReadOnlyMemory<byte>? document = null;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8) && reader.Read())
            {
                id = reader.TokenType is JsonTokenType.String ? reader.GetString() : null;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("deleted"u8) && reader.Read())
            {
                gone |= reader.TokenType is JsonTokenType.True;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("removed"u8) && reader.Read())
            {
                gone |= reader.TokenType is JsonTokenType.StartArray;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("doc"u8) && reader.Read())
            {
                var start = (int)reader.TokenStartIndex;
                var isObject = reader.TokenType is JsonTokenType.StartObject;
                reader.Skip();
                document = isObject ? body.AsMemory(start..(int)reader.BytesConsumed) : null;
            }
            else
            {
                reader.Skip();
            }
        }

        return id is null || id.StartsWith('_') ? null : new ChangesRow(id, gone, document);
    }

    private static string? Token(ref Utf8JsonReader reader)
    {
        var token = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
            _ => null,
        };
        reader.Skip();
        return token;
    }
}
