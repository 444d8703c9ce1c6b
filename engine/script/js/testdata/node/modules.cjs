// What node's own modules do: run by node, and as a step. See TestModulesOfNode.
const EventEmitter = require("events"); const { promisify, inspect, isDeepStrictEqual, format, types } = require("util"); const os=require("os"); const url=require("url"); const assert=require("assert"); const qs=require("querystring"); const util = require("util");
exports.main = async () => {  const out={};
 out.parse=["https://u:p@ex.com:8080/p/a?x=1#h","/a/b?x","mailto:a@b.c","//host/x","http://EX.com","x","?a=1"].map(s=>({...url.parse(s)}));
 out.q={...url.parse("http://a.com/?x=1&x=2&y=3",true).query};
 out.fmt=[url.format({protocol:"https",hostname:"a.com",pathname:"/x",query:{q:1}}),url.format({protocol:"mailto:",pathname:"a@b.c"}),url.format({pathname:"/a",search:"b=1"}),url.format({host:"h:1",protocol:"http",auth:"u:p"})];
 out.res=[["http://a.com/x/y","../z"],["/one/two","three"],["http://a.com/b","//c.com/d"],["http://a.com","/q?x#y"]].map(([a,b])=>url.resolve(a,b));
 out.p2f=["/a b","/x#y?z%","/tmp/","/a/../b"].map(p=>url.pathToFileURL(p).href);
 out.qs=[qs.parse("a=1&a=2&b=x%20y&c&=d"),qs.stringify({a:[1,2],b:"x y",c:null,d:undefined,e:true,f:{}}),qs.stringify({a:"é&=+"}),qs.parse("a:1;b:2",";",":")];
 out.eq=[[{a:1},{a:1}],[[1,2],[1,2]],[new Date(1),new Date(1)],[new Map([[1,{a:1}]]),new Map([[1,{a:1}]])],[new Set([1,2]),new Set([2,1])],[NaN,NaN],[0,-0],[{a:undefined},{}],[[1],["1"]],[/a/g,/a/i],[new Uint8Array([1]),new Uint8Array([1])],[new Error("a"),new Error("b")]].map(([a,b])=>[isDeepStrictEqual(a,b),(()=>{try{assert.deepEqual(a,b);return true}catch{return false}})()]);
 out.fmtt=[format("%s %d %i %j %%","a","1.5","2.7",{a:1}),format("%s"),format("a","b",1)];
 const e=new EventEmitter();const n=[];e.on("x",v=>n.push(v));e.once("x",v=>n.push(-v));e.prependListener("x",v=>n.push("p"+v));e.emit("x",1);e.emit("x",2);n.push(e.listenerCount("x"),e.eventNames(),e.emit("none"));try{e.emit("error",new Error("boom"))}catch(x){n.push(x.message)}try{e.emit("error","s")}catch(x){n.push(x.message,x.code)}
 out.ev=n; const w=EventEmitter.once(e,"go"); e.emit("go",7,8); out.once=await w;
 out.prom=[await promisify((a,cb)=>cb(null,a+1))(1), await promisify((cb)=>cb(new Error("no")))().catch(x=>x.message)];
 out.types=[types.isDate(new Date),types.isPromise(Promise.resolve()),types.isRegExp(/a/),types.isNativeError(new TypeError),types.isTypedArray(new Uint8Array),types.isAsyncFunction(async()=>{})];
 const thrown=[()=>assert.throws(()=>{throw new TypeError("x")},TypeError),()=>assert.throws(()=>{throw new TypeError("x")},/x/),()=>assert.throws(()=>{}),()=>assert.throws(()=>{throw new Error("q")},TypeError),()=>assert(0),()=>assert.equal(1,"1"),()=>assert.strictEqual(1,"1"),()=>assert.throws(()=>{throw new Error("q")},{message:"q"}),()=>assert.match("abc",/x/),()=>assert.fail("f"),()=>assert.ifError(null)];
 out.assert=thrown.map(f=>{try{f();return "ok"}catch(x){return x.name+" "+x.code}});
 return out }
