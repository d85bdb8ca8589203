namespace OfflineActions.Emulators.Json;

/// <summary>One member of a canonical object, by its place in the text.</summary>
/// <param name="Name">The name, unescaped.</param>
/// <param name="Start">Where its quoted name begins.</param>
/// <param name="ValueStart">Where its value begins.</param>
/// <param name="End">Where its value ends.</param>
internal readonly record struct CanonicalMember(ReadOnlyMemory<byte> Name, int Start, int ValueStart, int End);
