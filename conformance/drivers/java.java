// The driver of Java: InetAddress.getByName. The protocol: ../README.md.
// Built by `javac -d . java.java`; a class of the JDK's own reads no JSON, so a request is searched.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

final class Driver {
    private static final String HELLO = """
        {"protocol":1,"name":"java","version":"%s","language":"java","ops":["ip.parse"],"dialects":["aton-decimal"],\
        "framers":[],"abis":[],"labels":{"aton-decimal":"getByName"}}""";

    /** The raw value of a member: a string with its quotes, a number or a word. */
    private static String member(String line, String name) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*(\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|[-+.0-9a-zA-Z]+)").matcher(line);
        return found.find() ? found.group(1) : null;
    }

    private static String text(String line) throws CharacterCodingException {
        String in = member(line, "in");
        if (in == null) {
            in = member(line, "text");
            return in.substring(1, in.length() - 1);
        }
        byte[] bytes = HexFormat.of().parseHex(in, 1, in.length() - 1);
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }

    private static String answer(String line) {
        if (!line.trim().startsWith("{") || member(line, "op") == null) {
            return "{\"id\":null,\"error\":{\"code\":\"bad-request\"}}";
        }
        return "{\"id\":" + member(line, "id") + "," + parse(line) + "}";
    }

    private static String parse(String line) {
        if (!"\"ip.parse\"".equals(member(line, "op")) || !"\"aton-decimal\"".equals(member(line, "dialect"))) {
            return "\"unsupported\":\"no such operation or dialect\"";
        }
        try {
            String text = text(line);
            if (text.isEmpty() || text.contains(":")) {
                return "\"unsupported\":\"the dialect is IPv4, and no text is the loopback address\"";
            }
            byte[] address = InetAddress.getByName(text).getAddress();
            return "\"ok\":{\"ip\":\"" + HexFormat.of().formatHex(address) + "\"}";
        } catch (UnknownHostException e) {
            return "\"error\":{\"code\":\"refused\"}";
        } catch (CharacterCodingException e) {
            return "\"unsupported\":\"String holds no such bytes\"";
        }
    }

    public static void main(String[] arguments) throws Exception {
        // Names are looked up in an empty file, not on the network.
        System.setProperty("jdk.net.hosts.file", "/dev/null");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            boolean greeting = "\"hello\"".equals(member(line, "cmd"));
            System.out.println(greeting ? HELLO.formatted(System.getProperty("java.version")) : answer(line));
        }
    }
}
