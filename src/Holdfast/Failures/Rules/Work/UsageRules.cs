namespace Holdfast.Failures;

/// <summary>
/// How programs say that they were called wrongly: getopt, argparse, click, clap, cobra, pflag, yargs, commander,
/// picocli, System.CommandLine, optparse, Thor, docopt, Symfony Console; and how parsers say that data is wrong.
/// </summary>
internal static class UsageRules
{
    internal const string Text = """
        usage.option invalid_input 76
        : unrecognized|unrecognised option|options|argument|arguments|flag|parameter|command|subcommand
        : unknown option|options|switch|flag|flags|argument|arguments|shorthand|subcommand|parameter|long|short
        : option ... is unknown
        : option ... not recognized|recognised
        : getopterror
        : no such option|command|subcommand|flag
        : invalid option|options|switch|flag|argument|arguments|choice|subcommand|parameter
        : illegal option
        : bad option|flag|usage
        : ambiguous option
        : unexpected argument|option|positional|extra
        : unexpected value
        : found argument ... which wasn't expected
        : flag provided but not defined
        : flag needs an argument
        : option ... requires an argument|a
        : requires an argument|parameter
        : requires a value
        : argument|option ... is required
        : requires at least|exactly|at|a ... arg|args|argument|arguments|parameter
        : accepts # arg|args|argument
        : accepts at most|between
        : a value is required for
        : invalid value ... for
        : arguments are required
        : required arguments
        : one of the arguments ... is required
        : missing required argument|arguments|option|flag|parameter|positional
        : missing argument|operand|parameter|option|command|file|filename|destination
        : required flag|flags|option|parameter|argument
        : not enough non option arguments
        : not enough arguments
        : too many arguments|positional|operands
        : too few arguments
        : extra operand|argument|arguments
        : no command|subcommand|input|files specified|given|provided
        : must specify|supply|provide|give
        : please specify
        : cannot be used with
        : cannot be used together
        : can't be used together
        : cannot use ... with|together
        : cannot combine
        : mutually exclusive
        : conflicts with|option
        : none of the others can be
        : not allowed with argument
        : choose from
        : allowed values are
        : possible values
        : should be one of
        : expected one argument
        : expected # argument|arguments
        : expected at least # argument|arguments
        : expects a|an|one|at|exactly
        : takes no arguments
        : does not take|accept|allow an|a|any argument|value|arguments|values
        : doesn't allow an argument
        : invalid number|integer|float|date|time|duration|size|count|port|mode|level|width
        : is not a valid int|integer|number|float|uuid|date|boolean|choice|path|file
        : was not recognized
        : unsupported protocol scheme
        : missing protocol scheme
        : was not expected
        : cannot parse argument of type
        : could not parse|match argument|option|provided
        : could not match ... with any of the allowed
        : unmatched argument|arguments
        : unparseable|unparsable
        : is not a ... command
        : unknown command|action|verb|operation|mode|goal|function|instruction
        : unsupported command|operation|option|value|mode
        : no such operation
        : does not match any of
        : malformed option|argument
        : error usage
        : usage error
        : incorrect usage
        : wrong number of arguments
        : unknown command ... maybe you meant
        : unknown command ... did you mean
        : command|option|mode requires option|argument|parameter|flag
        : expected # arg|args|params|operands
        : ^ command line error
        ! ^ fatal invalid argument $
        ! redis
        ! in call to
        ! typeerror|argumentcounterror
        ! argumenterror wrong
        ! function
        ! depends
        ! dependency
        ! npm
        ! compile
        ! constructor
        > see the program's help
        + tar: invalid option -- 'Q'
        + error: unexpected argument '--frobnicate' found
        + Error: accepts 1 arg(s), received 3
        + ERROR: unknown command "instal" - maybe you meant "install"
        - options: 3 known

        usage.jvm invalid_input 66
        : could not create the java virtual machine
        : invalid maximum|initial heap size
        : unrecognized vm option
        : could not find agent library
        ! reserve
        > correct the options of the JVM
        + Error: Could not create the Java Virtual Machine.
        + Invalid maximum heap size: -Xmx1q
        - the Java Virtual Machine was created in 20 ms

        input.unmarshal invalid_input 78
        : field ... not found in type
        : unmarshal errors
        : cannot unmarshal
        + yaml: unmarshal errors:
        + line 3: field scrape_confgs not found in type config.plain
        - field notes were found in the store

        usage.try invalid_input 50
        : try ... help ... for more information
        : see ... help
        : run ... help for usage
        : for more information try ... help
        : type ... help for usage
        : for usage information
        : for more help
        : use ... help ... for more|usage
        : run ... help ... for more
        ! docker run
        ! get help
        ! cannot connect
        + Try 'tar --help' or 'tar --usage' for more information.
        + For more information, try '--help'.
        - help is on its way

        data.json invalid_input 78
        : expecting property name
        : expecting value line
        : expecting ... delimiter
        : extra data line
        : no json object could be decoded
        : invalid control character
        : unexpected token ... in json
        : is not valid json
        : is not a valid json
        : unexpected end of json
        : unexpected end of input
        : expected property name or
        : expected double quoted property name
        : bad control character in string literal
        : expected ... after property value|name
        : expected ... in json at position
        : unterminated string in json
        : invalid character ... looking for beginning
        : cannot unmarshal
        : trailing characters|comma|commas|content
        : eof while parsing
        : expected value at line
        : expected ... at line # column #
        : missing field ... at line
        : invalid type ... expected
        : unknown variant ... expected
        : unknown field ... expected
        : invalid length # expected
        : jsonparseexception|jsonmappingexception|mismatchedinputexception|unrecognizedpropertyexception
        : json parse|decode|syntax error
        : jsonreaderexception
        : the json value could not be converted
        : is an invalid start of a
        : expected start of a property name
        : syntax error malformed json
        : json lexical error
        : unfinished json term
        : objects must consist of key
        : invalid literal at
        : cannot deserialize
        : unable to deserialize
        ! typescript
        ! compile
        ! =TS*
        ! mismatched types
        > correct the data at the place that the line names
        + json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
        + Error: invalid type: string "x", expected u16 at line 3 column 9
        - json written, 3 lines

        data.text invalid_input 76
        : scannererror|parsererror|composererror|constructorerror|yamlerror|yamlexception|psych
        : mapping values are not allowed
        : while scanning|parsing a
        : could not find expected
        : did not find expected
        : found character ... that cannot start
        : found undefined alias
        : found a tab character
        : bad indentation of a
        : duplicated mapping key
        : cannot unmarshal
        : implicit keys
        : nested mappings are not allowed
        : toml parse|decode error
        : tomldecodeerror
        : invalid toml
        : expected ... after a key in a key value pair
        : cannot overwrite a value
        : key ... already defined
        : invalid initial character for a key
        : xml parse error
        : xmlsyntaxerror
        : not well formed
        : mismatched tag
        : start tag ... does not match end tag
        : opening and ending tag mismatch
        : premature end of data|file
        : document is empty
        : content is not allowed in prolog
        : saxparseexception
        : extra content at the end of the document
        : no element found
        : root element is missing
        : missingsectionheadererror|duplicateoptionerror|parsingerror|nosectionerror|nooptionerror
        : error tokenizing data
        : csv ... error
        : wrong number of fields
        : bare ... in non quoted field
        : unicodedecodeerror|unicodeencodeerror
        : can't decode byte
        : incorrect header|data|length check
        : invalid stored block|distance|code lengths
        : codec can't
        : invalid utf 8
        : stream did not contain valid utf 8
        : invalid byte sequence
        : incorrect padding
        : invalid base64
        : illegal base64 data
        : binascii error
        : bad magic number
        : unknown archive|compression|file|image format
        : not in gzip format
        : not a zip file
        : not a gzip file
        : file format not recognized
        : is not a zip archive
        : cannot find zipfile directory
        : end of central directory signature not found
        : invalid compressed data
        : crc error
        : data integrity error
        : unexpected end of file|data|archive
        : unexpected eof in archive
        : this does not look like a tar archive
        : invalid tar header
        : unrecognized archive format
        : moov atom not found
        : invalid data found when processing
        : unknown encoder|decoder|filter
        : unsupported image|codec|file|media type|format
        : cannot identify image file
        : no decode delegate
        : premature end of jpeg
        : validation error|errors for
        : failed validation
        : does not conform to
        : does not validate against
        : schema validation failed
        : validates to false
        : fails to validate
        : protocol message ... invalid|truncated
        : illegal tag|wire type
        : invalid regular expression
        : regex parse error
        : unterminated ... group|character|string|quote|expression|address|call
        : invalid range end
        : unmatched bracket|brace|parenthesis|paren|quote
        : unbalanced parenthesis
        : bad substitution
        : division by 0
        : invalid arithmetic operator
        : value too great for base
        : integer expression expected
        : unary|binary operator expected
        : unexpected operator
        : parameter null or not set
        : ambiguous redirect
        ! script
        ! bash ... quote
        ! missing go sum
        ! missing return
        ! unmatched rule
        ! connection
        ! openssl
        ! undefined reference
        ! fatal error
        ! certificate
        ! credentials|credential
        ! access|auth|api|bearer token
        ! unmatched case
        + yaml.scanner.ScannerError: mapping values are not allowed here
        + gzip: stdin: not in gzip format
        + bash: 08: value too great for base (error token is "08")
        - parsed 3 documents
        """;
}
