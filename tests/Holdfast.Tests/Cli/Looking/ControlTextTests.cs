using FsCheck;
using FsCheck.Fluent;
using Holdfast.Cli.Looking;

namespace Holdfast.Tests.Cli.Looking;

public sealed class ControlTextTests
{
    [Theory]
    [InlineData("plain\ttext, naïve 😀", "plain\ttext, naïve 😀")]
    [InlineData("\u001b[1;31mred\u001b[0m", "\u001b[1;31mred\u001b[0m")]
    [InlineData("\u001b[38:2::1:2:3mrgb\u001b[m", "\u001b[38:2::1:2:3mrgb\u001b[m")]
    [InlineData("\u001b]0;title\u0007x", "^[]0;title^Gx")]
    [InlineData("\u001b]52;c;ZXZpbA==\u001b\\", "^[]52;c;ZXZpbA==^[\\")]
    [InlineData("\u001b[2J\u001b[1;1H", "^[[2J^[[1;1H")]
    [InlineData("\u001b[?31m", "^[[?31m")]
    [InlineData("\u001b[31", "^[[31")]
    [InlineData("\u001b", "^[")]
    [InlineData("10%\r20%\r", "10%^M20%")]
    [InlineData("\u009b31m\u007f\0", "M-^[31m^?^@")]
    public void Colours_stay_and_all_else_is_shown(string printed, string shown) =>
        Assert.Equal(shown, ControlText.ForTerminal(printed));

    [Fact]
    public void Whatever_is_printed_only_colours_reach_the_terminal() => Prop.ForAll(
        Gen.Elements("\u001b", "[", "]", "0", ";", "m", "H", "\u0007", "\u009d", "x", "\r", "\u001b[0m").ListOf()
            .Select(parts => string.Concat(parts)).ToArbitrary(),
        text =>
        {
            var rest = System.Text.RegularExpressions.Regex.Replace(
                ControlText.ForTerminal(text), "\u001b\\[[0-9;:]*m", "");
            return !rest.Any(c => char.IsControl(c) && c != '\t');
        }).QuickCheckThrowOnFailure();
}
