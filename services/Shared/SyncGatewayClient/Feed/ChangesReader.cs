using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace OfflineActions.SyncGateway;

/// <summary>Reads one batch of the changes feed without building its documents, which may be many, large and nested to any depth.</summary>
internal static class ChangesReader
{
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    public static ChangesOutcome Read(Reply reply, string keyspace) => reply switch
    {
        Reply.Unavailable { TooLong: true, Cause: var cause } => new ChangesOutcome.TooLong(cause.Reason),
        Reply.Unavailable { Cause: var cause } => new ChangesOutcome.Unavailable(cause),
        Reply.Answer { Status: 200 } answer => ReadBatch(DocumentJson.MakeValid(answer.Body)),
        Reply.Answer { Status: 404 } answer => Because(answer.NoKeyspace(keyspace)),
        Reply.Answer { Status: >= 400 } answer => Because(
            $"Sync Gateway refuses the request for the changes feed of keyspace {keyspace} ({answer.Status}, {answer.Reason})"),
        Reply.Answer answer => Because($"Sync Gateway answered the request for the changes feed with status {answer.Status} and no batch"),
        _ => throw new UnreachableException(),
    };

    private static ChangesOutcome ReadBatch(byte[] body)
    {
        try
        {
            if (ParseBatch(body) is { } batch)
            {
                return batch;
            }
        }
        catch (JsonException)
        {
            // A feed that broke off looks like this, too: its status was sent before its first row.
        }

        return Because("Sync Gateway answered the request for the changes feed with something else than a whole batch");
    }

    private static ChangesOutcome.Unavailable Because(string reason) => new(new Unavailability(reason));

    private static ChangesOutcome.Batch? ParseBatch(byte[] body)
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
                rows = ReadRows(ref reader, body);
            }
            else if (reader.ValueTextEquals("last_seq"u8) && reader.Read())
            {
                last = ReadToken(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        // Throws when anything follows the object.
        return reader.Read() || rows is null || last is null ? null : new ChangesOutcome.Batch(rows, last);
    }

    private static List<ChangesRow>? ReadRows(ref Utf8JsonReader reader, byte[] body)
    {
        if (reader.TokenType is not JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        var rows = new List<ChangesRow>();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (reader.TokenType is not JsonTokenType.StartObject)
            {
                // No row at all. It must not keep the others back.
                reader.Skip();
            }
            else if (ReadRow(ref reader, body) is { } row)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    /// <returns>Null for a row about a user instead of a document: a user's feed contains the creation of that user.</returns>
    private static ChangesRow? ReadRow(ref Utf8JsonReader reader, byte[] body)
    {
        string? id = null;
        var isRemoved = false;
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
                isRemoved |= reader.TokenType is JsonTokenType.True;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("removed"u8) && reader.Read())
            {
                isRemoved |= reader.TokenType is JsonTokenType.StartArray;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("doc"u8) && reader.Read())
            {
                var start = (int)reader.TokenStartIndex;
                var isObject = reader.TokenType is JsonTokenType.StartObject;
                reader.Skip();
                if (isObject)
                {
                    document = body.AsMemory(start..(int)reader.BytesConsumed);
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return id is null || id.StartsWith('_') ? null : new ChangesRow(id, isRemoved, document);
    }

    private static string? ReadToken(ref Utf8JsonReader reader)
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
