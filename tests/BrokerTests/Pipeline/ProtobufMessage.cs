using System.Buffers.Binary;
using System.Text;

namespace OfflineActions.Tests.Pipeline;

/// <summary>Reads the parts of protobuf's wire format that a span uses.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<(int Field, ReadOnlyMemory<byte> Bytes, ulong Number)> fields = [];

    public static ProtobufMessage Read(ReadOnlyMemory<byte> bytes)
    {
        var message = new ProtobufMessage();
        while (bytes.Length > 0)
        {
            var tag = ReadVarint(ref bytes);
            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    message.fields.Add((field, default, ReadVarint(ref bytes)));
                    break;
                case 1:
                    message.fields.Add((field, default, BinaryPrimitives.ReadUInt64LittleEndian(Take(ref bytes, 8).Span)));
                    break;
                case 2:
                    message.fields.Add((field, Take(ref bytes, (int)ReadVarint(ref bytes)), 0));
                    break;
                case 5:
                    Take(ref bytes, 4);
                    break;
                default:
                    throw new InvalidDataException($"Field {field} has wire type {tag & 7}.");
            }
        }

        return message;
    }

    public IEnumerable<ProtobufMessage> Messages(int field) => Find(field).Select(found => Read(found.Bytes));

    public string Text(int field) => Encoding.UTF8.GetString(Last(field).Bytes.Span);

    public string Hex(int field) => Convert.ToHexStringLower(Last(field).Bytes.Span);

    public int Number(int field) => (int)Last(field).Number;

    public double Double(int field) => BitConverter.UInt64BitsToDouble(Last(field).Number);

    public bool Has(int field) => Find(field).Any();

    private IEnumerable<(int Field, ReadOnlyMemory<byte> Bytes, ulong Number)> Find(int field) =>
        fields.Where(found => found.Field == field);

    private (int Field, ReadOnlyMemory<byte> Bytes, ulong Number) Last(int field) => Find(field).LastOrDefault();

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> bytes, int count)
    {
        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }

    private static ulong ReadVarint(ref ReadOnlyMemory<byte> bytes)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = Take(ref bytes, 1).Span[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
