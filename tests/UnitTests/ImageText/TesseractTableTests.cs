using CsCheck;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.ImageText;

/// <summary>Tesseract's table becomes text and lines.</summary>
public sealed class TesseractTableTests
{
    private const string Table = """
        level	page_num	block_num	par_num	line_num	word_num	left	top	width	height	conf	text
        1	1	0	0	0	0	0	0	640	480	-1	
        2	1	1	0	0	0	10	20	300	90	-1	
        3	1	1	1	0	0	10	20	300	90	-1	
        4	1	1	1	1	0	10	20	300	40	-1	
        5	1	1	1	1	1	10	20	100	40	96.40	Hello
        5	1	1	1	1	2	120	20	190	40	90.20	world
        4	1	1	1	2	0	10	70	300	40	-1	
        5	1	1	1	2	1	10	70	300	40	80	again
        4	1	1	2	1	0	10	120	300	40	-1	
        5	1	1	2	1	1	10	120	300	40	50	"quoted"
        2	1	2	0	0	0	0	0	640	480	-1	
        4	1	2	1	1	0	0	0	640	480	-1	
        5	1	2	1	1	1	0	0	640	480	95	 
        """;

    [Test]
    public void Words_become_lines_and_paragraphs()
    {
        var text = TesseractTable.Read(Table)!;

        Assert.That((text.Width, text.Height), Is.EqualTo((640, 480)));
        Assert.That(text.Content, Is.EqualTo("Hello world\nagain\n\n\"quoted\""));
        Assert.That(text.Lines, Is.EqualTo(new[]
        {
            new TextLine("Hello world", 10, 20, 300, 40, 93.3),
            new TextLine("again", 10, 70, 300, 40, 80),
            new TextLine("\"quoted\"", 10, 120, 300, 40, 50),
        }));
    }

    [Test]
    public void A_picture_without_text_has_no_lines() =>
        Assert.That(
            TesseractTable.Read("1\t1\t0\t0\t0\t0\t0\t0\t640\t480\t-1\t\n") is { Width: 640, Height: 480, Content: "", Lines.Count: 0 },
            Is.True);

    [TestCase("")]
    [TestCase("level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n")]
    public void Without_a_page_there_is_no_text(string table) => Assert.That(TesseractTable.Read(table), Is.Null);

    [Test]
    public void No_table_is_too_odd()
    {
        string[] words = ["1", "4", "5", "\t", "\t", "\n", "-1", "99999999999", "1e9", "NaN", "x", " ", "\r"];

        Gen.Int[0, words.Length - 1].Select(word => words[word]).Array[0, 200]
            .Sample(parts => TesseractTable.Read(string.Concat(parts)) is not { } text
                || text.Lines.All(line => line.Confidence is >= 0 and <= 100 && line.Text is not ""));
    }
}
