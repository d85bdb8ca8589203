using System.Diagnostics;
using System.Text.RegularExpressions;
using CsCheck;
using OfflineActions.ServiceDefaults.Tracing;

namespace OfflineActions.Tests.Tracing;

public sealed partial class TraceContextTests
{
    private const string Valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static readonly Gen<string> Usual = Gen.Select(
        Gen.ULong, Gen.ULong, Gen.ULong, Gen.Byte, (high, low, span, flags) => $"00-{high:x16}{low:x16}-{span:x16}-{flags:x2}");

    private static readonly Gen<string> Damaged = Gen.Select(
        Usual,
        Gen.Int[0, 55],
        Gen.Int[0, 55],
        Gen.OneOf<string>("", "0", "f", "ff", "-", "A", "g", " ", "\n", "é", "\u0661", new string('0', 16), new string('0', 32), new string('a', 999)),
        (text, start, length, other) => text[..start] + other + text[Math.Min(start + length, text.Length)..]);

    private static readonly Gen<string> OneCharacter = Gen.Select(
        Usual, Gen.Int[0, 54], Gen.Char["0aAfFg-_ \n\u0661"], (text, at, other) => text[..at] + other + text[(at + 1)..]);

    private static readonly Gen<string> Any = Gen.Frequency((3, Usual), (4, Damaged), (4, OneCharacter), (1, Gen.String));

    [Test]
    public void A_new_trace_is_valid_recorded_and_another_one_each_time()
    {
        var (first, second) = (TraceContext.Begin(), TraceContext.Begin());

        Assert.That(TraceContext.Parse(first.ToString()), Is.EqualTo(first));
        Assert.That(first.ToString(), Does.EndWith("-01"));
        Assert.That(second.TraceId, Is.Not.EqualTo(first.TraceId));
    }

    [Test]
    public void A_text_is_read_if_it_has_the_form_of_the_standard_and_comes_back() => Any.Sample(text =>
    {
        if (!Standard().IsMatch(text))
        {
            return TraceContext.Parse(text) is null;
        }

        var read = TraceContext.Parse(text)!.Value;
        return read.ToString()[..52] == "00" + text[2..52] && read.TraceId == text[3..35] && TraceContext.Parse(read.ToString()) == read;
    });

    [TestCase("")]
    [TestCase("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0")]
    [TestCase("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n")]
    [TestCase("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be-like")]
    [TestCase("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [TestCase("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [TestCase("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01")]
    [TestCase("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")]
    [TestCase("00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01")]
    [TestCase("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g")]
    [TestCase("00--bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    public void Anything_else_is_no_trace(string text) => Assert.That(TraceContext.Parse(text), Is.Null);

    [Test]
    public void No_text_is_no_trace() => Assert.That(TraceContext.Parse((string?)null), Is.Null);

    [Test]
    public void A_huge_text_is_no_trace() => Assert.That(TraceContext.Parse(Valid + new string('0', 10_000_000)), Is.Null);

    [Test]
    public void Flags_without_a_meaning_are_not_passed_on() =>
        Assert.That($"{TraceContext.Parse(Valid[..53] + "ff")}", Is.EqualTo(Valid[..53] + "03"));

    [TestCase("00", ActivityTraceFlags.None)]
    [TestCase("01", ActivityTraceFlags.Recorded)]
    [TestCase("02", ActivityTraceFlags.None)]
    public void A_span_of_another_process_is_the_parent_of_a_span_here(string flags, ActivityTraceFlags expected)
    {
        var parent = TraceContext.Parse(Valid[..53] + flags)!.Value.ToActivityContext();

        Assert.That($"{parent.TraceId} {parent.SpanId}", Is.EqualTo("4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7"));
        Assert.That((parent.TraceFlags, parent.IsRemote), Is.EqualTo((expected, true)));
    }

    [Test]
    public void The_place_of_a_span_is_its_id()
    {
        using var span = new Activity("any").SetIdFormat(ActivityIdFormat.W3C).Start();

        Assert.That($"{TraceContext.From(span)}", Is.EqualTo(span.Id));
        Assert.That(TraceContext.From(null), Is.Null);
    }

    [GeneratedRegex(@"^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}\z")]
    private static partial Regex Standard();
}
