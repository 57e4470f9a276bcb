package dev.thaw.controlplane.triggers;

import static dev.thaw.controlplane.triggers.Mappings.record;
import static dev.thaw.controlplane.triggers.Mappings.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.triggers.filter.PatternException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordFilterTest {
    private static boolean matches(String pattern, String value) throws PatternException {
        return RecordFilter.of(List.of(pattern)).matches(Mappings.value(value));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'a':['x']}                          | {'a':'x'}                | {'a':'y'}",
        "{'a':['x','y']}                      | {'a':'y'}                | {'b':'y'}",
        "{'a':['x'],'b':['y']}                | {'a':'x','b':'y','c':1}  | {'a':'x'}",
        "{'a':[1]}                            | {'a':1.0}                | {'a':'1'}",
        "{'a':[100]}                          | {'a':1e2}                | {'a':100.5}",
        "{'a':[true]}                         | {'a':true}               | {'a':'true'}",
        "{'a':[null]}                         | {'a':null}               | {}",
        "{'a':['']}                           | {'a':''}                 | {'a':' '}",
        "{'a':{'b':['x']}}                    | {'a':{'b':'x'}}          | {'a':'x'}",
        "{'a':['x']}                          | {'a':['w','x']}          | {'a':[]}",
        "{'a':{'b':['x']}}                    | {'a':[{'b':1},{'b':'x'}]} | {'a':[]}",
        "{'a':{'b':['x'],'c':['y']}}          | {'a':[{'b':'x','c':'y'}]} | {'a':[{'b':'x'},{'c':'y'}]}",
        "{'a':[{'prefix':'ab'}]}              | {'a':'abc'}              | {'a':'cab'}",
        "{'a':[{'prefix':{'equals-ignore-case':'ab'}}]} | {'a':'ABc'}    | {'a':'cab'}",
        "{'a':[{'suffix':'.png'}]}            | {'a':'x.png'}            | {'a':'png'}",
        "{'a':[{'suffix':{'equals-ignore-case':'.png'}}]} | {'a':'x.PNG'} | {'a':'x.pn'}",
        "{'a':[{'equals-ignore-case':'ab'}]}  | {'a':'AB'}               | {'a':'abc'}",
        "{'a':[{'anything-but':'x'}]}         | {'a':'y'}                | {'a':'x'}",
        "{'a':[{'anything-but':['x',1]}]}     | {'a':2}                  | {'a':1}",
        "{'a':[{'anything-but':'x'}]}         | {'a':null}               | {}",
        "{'a':[{'anything-but':{'prefix':'in'}}]} | {'a':'out'}          | {'a':'inner'}",
        "{'a':[{'anything-but':{'suffix':['.a','.b']}}]} | {'a':'x.c'}   | {'a':'x.b'}",
        "{'a':[{'anything-but':{'equals-ignore-case':['x']}}]} | {'a':'y'} | {'a':'X'}",
        "{'a':[{'numeric':['>',0,'<=',5]}]}   | {'a':5}                  | {'a':0}",
        "{'a':[{'numeric':['=',0.1]}]}        | {'a':0.1}                | {'a':'0.1'}",
        "{'a':[{'numeric':['<',-1.5]}]}       | {'a':-99999999999999999999} | {'a':-1.5}",
        "{'a':[{'numeric':['>',9007199254740992]}]} | {'a':9007199254740993} | {'a':9007199254740992}",
        "{'a':[{'numeric':['>',1]}]}          | {'a':1e300}              | {'a':1e99999999}",
        "{'a':[{'exists':true}]}              | {'a':null}               | {}",
        "{'a':[{'exists':false}]}             | {'b':1}                  | {'a':1}",
        "{'a':{'b':[{'exists':false}]}}       | {'b':1}                  | {'a':{'b':0}}",
        "{'a':[{'exists':true}]}              | {'a':0}                  | {'a':{'b':0}}",
        "{'a':[{'wildcard':'dir/*.png'}]}     | {'a':'dir/x/y.png'}      | {'a':'dir/.pngx'}",
        "{'a':[{'wildcard':'*ab*ab*'}]}       | {'a':'xabab'}            | {'a':'xaba'}",
        "{'a':[{'wildcard':'a\\\\*b'}]}       | {'a':'a*b'}              | {'a':'axb'}",
        "{'a':[{'wildcard':'a*a'}]}           | {'a':'aa'}               | {'a':'a'}",
        "{'$or':[{'a':[1]},{'b':[2]}]}        | {'b':2}                  | {'b':1}",
        "{'c':['x'],'$or':[{'a':[1]},{'b':{'d':[2]}}]} | {'c':'x','b':{'d':2}} | {'a':1,'b':{'d':2}}",
    })
    void aPatternOnAJsonValueMatches(String pattern, String matching, String other) throws PatternException {
        String whole = "{\"value\":" + pattern.replace('\'', '"') + "}";
        assertTrue(matches(whole, matching.replace('\'', '"')));
        assertFalse(matches(whole, other.replace('\'', '"')));
        for (String strange : List.of("", "text", "{", "1", "null", "\"x\"", "{'a':'x'}", "[".repeat(5_000), "{\"a\":".repeat(5_000))) {
            assertFalse(matches(whole, strange), strange);
        }
    }

    @Test
    void aPatternOnTheValueItselfIsOnItsText() throws PatternException {
        assertTrue(matches("{\"value\":[{\"anything-but\":[\"error\"]}]}", "fine"));
        assertFalse(matches("{\"value\":[{\"anything-but\":[\"error\"]}]}", "error"));
        assertFalse(matches("{\"value\":[{\"anything-but\":[\"error\"]}]}", "{\"a\":1}"), "JSON where text is asked for, as in Lambda");
        assertTrue(matches("{\"value\":[{\"prefix\":\"{\"}]}", "{not json"));
        assertTrue(matches("{\"value\":[\"123\"]}", "123"));
        assertTrue(matches("{\"value\":[{\"exists\":true}]}", "{\"a\":1}"));
        RecordFilter tombstones = RecordFilter.of(List.of("{\"value\":[{\"exists\":false}]}"));
        assertTrue(tombstones.matches(record("t", 0, 0, utf8("k"), null)));
        assertFalse(tombstones.matches(Mappings.value("")));
        RecordFilter text = RecordFilter.of(List.of("{\"value\":[{\"anything-but\":\"x\"}]}"));
        assertFalse(text.matches(record("t", 0, 0, null, new byte[] {-1, -2})), "no UTF-8");
    }

    @Test
    void oneOfSeveralPatternsIsEnoughAndNoneMatchesAll() throws PatternException {
        RecordFilter filter = RecordFilter.of(List.of("{\"key\":[\"a\"]}", "{\"topic\":[\"t\"],\"partition\":[1],\"offset\":[{\"numeric\":[\">\",5]}],\"timestamp\":[1545084650987]}",
                "{\"$or\":[{\"key\":{\"id\":[7]}},{\"value\":[\"v\"]}]}"));
        assertTrue(filter.matches(record("t", 0, 0, utf8("a"), null)));
        assertTrue(filter.matches(record("t", 1, 6, null, null)));
        assertTrue(filter.matches(record("t", 0, 6, utf8("{\"id\":7}"), null)));
        assertTrue(filter.matches(record("t", 0, 6, null, utf8("v"))));
        assertFalse(filter.matches(record("t", 1, 5, utf8("b"), utf8("w"))));
        assertTrue(RecordFilter.of(List.of()).matches(record("t", 1, 5, null, null)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "`` | no JSON", "{ | no JSON", "[] | object", "{} | object with a field", "'x' | object", "{'value':{}} | value has to be an object with a field",
        "{'value':[]} | value has no rule", "{'value':'x'} | value has to be an array", "{'body':['x']} | is on 'body'", "{'headers':['x']} | is on 'headers'",
        "{'$or':[{'body':['x']}]} | is on 'body'", "{'$or':{}} | $or has to be an array", "{'$or':[]} | $or has to be", "{'$or':[1]} | $or[0] has to be an object",
        "{'value':{'a':[[1]]}} | value.a takes", "{'value':{'a':[{'prefix':1}]}} | value.a.prefix", "{'value':{'a':[{'prefix':''}]}} | value.a.prefix",
        "{'value':{'a':[{'cidr':'10.0.0.0/8'}]}} | value.a.cidr is not supported", "{'value':{'a':[{'prefix':'a','suffix':'b'}]}} | 2 names",
        "{'value':{'a':[{}]}} | 0 names", "{'value':{'a':[{'exists':1}]}} | true or false", "{'value':{'a':[{'numeric':['>']}]}} | has to be like",
        "{'value':{'a':[{'numeric':['!',1]}]}} | has to be like", "{'value':{'a':[{'numeric':['>',1e999]}]}} | too large",
        "{'value':{'a':[{'anything-but':[]}]}} | is empty", "{'value':{'a':[{'anything-but':[true]}]}} | takes strings",
        "{'value':{'a':[{'anything-but':{'numeric':['>',1]}}]}} | anything-but.numeric is not supported",
        "{'value':{'a':[{'wildcard':'a**b'}]}} | two *", "{'value':{'a':[{'wildcard':'a\\\\b'}]}} | backslash",
    })
    void aPatternThatIsNoneIsRefusedByItsPlace(String pattern, String expected) {
        String message = assertThrows(PatternException.class, () -> RecordFilter.read(pattern.replace('\'', '"'))).getMessage();
        assertTrue(message.contains(expected), message);
    }

    @Test
    void patternsAreBounded() {
        assertTrue(assertThrows(PatternException.class, () -> RecordFilter.read("x".repeat(4_097))).getMessage().contains("4097"));
        assertThrows(PatternException.class, () -> RecordFilter.read("{\"value\":".repeat(60) + "[1]" + "}".repeat(60)));
    }

    @Test
    void noRecordMakesItFail() throws PatternException {
        RecordFilter filter = RecordFilter.of(List.of("{\"value\":{\"a\":{\"b\":[{\"anything-but\":\"x\"},{\"numeric\":[\">\",1]}]}}}", "{\"key\":[{\"wildcard\":\"*a*b*\"}]}"));
        byte[] seed = utf8("{\"a\":[{\"b\":[1,2,{\"c\":\"\\u0041ä\"}]},{\"b\":\"y\"}]}");
        Random random = new Random(9);
        int matched = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] value = seed.clone();
            for (int n = random.nextInt(4); n > 0; n--) {
                value[random.nextInt(value.length)] = (byte) (random.nextBoolean() ? random.nextInt(256) : "{}[]\",:0e-".charAt(random.nextInt(10)));
            }
            matched += filter.matches(record("t", 0, 0, value, value)) ? 1 : 0;
        }
        assertTrue(matched > 1_000 && matched < 19_000, "matched " + matched);
        byte[] large = utf8("[" + "0,".repeat(4 << 20) + "0]");
        assertFalse(filter.matches(record("t", 0, 0, null, large)));
        assertEquals(false, filter.matches(record("t", 0, 0, null, utf8("{\"a\":{\"b\":" + "[".repeat(990) + "]".repeat(990) + "}}"))));
    }
}
